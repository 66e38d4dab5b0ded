// @ts-check
// Written by `WORDLIGHT_WRITE=1 cargo test -p conformance --test questions` from the engine's own list, which it has to equal:
// links are read and headings drawn before the engine is there.

/** The names of their fields in links. @typedef {'identity' | 'replace' | 'flips' | 'second' | 'seeds-at' | 'curves' | 'scramble' | 'seed' | 'corpus-class' | 'cell' | 'find'} FieldKey */

/** @type {readonly import('../../pkg/full.js').QuestionSpec[]} */
export const QUESTIONS = [
  {"id":"why","title":"From the word to its score","answers":"the windows a word stands in, the filters they won, the sum that its score is; or what it left in a memory","about":"word","rows":"shown","file":null,"fields":[]},
  {"id":"detectors","title":"What its filters look for","answers":"which words of the vocabulary would excite a word’s filters most","about":"word","rows":"shown","file":"strongest-windows","fields":[]},
  {"id":"identity","title":"Three names, one number","answers":"whether three methods give one number, and what breaks that","about":"sentence","rows":"shown","file":null,"fields":[{"part":"choice","key":"identity","initial":"plain","kind":{"kind":"id"}}]},
  {"id":"steps","title":"How many steps does Integrated Gradients need?","answers":"how far Integrated Gradients of n steps are from the exact sum","about":"sentence","rows":"shown","file":null,"fields":[]},
  {"id":"edits","title":"Edit the word","answers":"the verdict with a word deleted, negated or replaced","about":"word","rows":"shown","file":null,"fields":[{"part":"other","key":"replace","initial":"","kind":{"kind":"text","most":64,"label":"Replace it with","placeholder":"a word"}}]},
  {"id":"flips","title":"Every other word in its place","answers":"every word of the vocabulary in a word’s place, scored exactly","about":"word","rows":"shown","file":null,"fields":[{"part":"choice","key":"flips","initial":"word","kind":{"kind":"id"}}]},
  {"id":"pair","title":"Two sentences, one difference","answers":"two sentences, and where their difference comes from","about":"sentence","rows":"shown","file":null,"fields":[{"part":"other","key":"second","initial":"","kind":{"kind":"text","most":1000,"label":"Second sentence","placeholder":"This film is not bad."}}]},
  {"id":"epochs","title":"Word by word","answers":"what training changed, word by word","about":"sentence","rows":"epochs","file":null,"fields":[]},
  {"id":"seeds","title":"Would another seed say the same?","answers":"how much of an explanation another seed would change","about":"sentence","rows":"seeds","file":null,"fields":[{"part":"rows","key":"seeds-at","initial":"","kind":{"kind":"id"}}]},
  {"id":"curves","title":"Take away what it calls important","answers":"what happens when the best words go, or come, first","about":"sentence","rows":"methods","file":null,"fields":[{"part":"choice","key":"curves","initial":"deletion","kind":{"kind":"id"}}]},
  {"id":"reference","title":"Against exact Shapley values","answers":"how far methods are from the exact Shapley values","about":"sentence","rows":"methods","file":null,"fields":[]},
  {"id":"people","title":"Against people, word by word","answers":"whether people find the same words positive and negative","about":"sentence","rows":"shown","file":"human-values","fields":[]},
  {"id":"phrases","title":"Against people, phrase by phrase","answers":"whether they find the same of whole phrases, in the paper’s six reviews","about":"sentence","rows":"methods","file":null,"fields":[]},
  {"id":"randomise","title":"Against a network that learnt nothing","answers":"whether the scores notice that the network was drawn anew","about":"sentence","rows":"methods","file":null,"fields":[{"part":"choice","key":"scramble","initial":"dense","kind":{"kind":"id"}},{"part":"seed","key":"seed","initial":"1","kind":{"kind":"number","most":9999}}]},
  {"id":"corpus","title":"The words of each class","answers":"the words and windows that speak for a class, on average over the treebank","about":"network","rows":"shown","file":"corpus","fields":[{"part":"choice","key":"corpus-class","initial":"","kind":{"kind":"id"}}]},
  {"id":"confusion","title":"Right and wrong, class by class","answers":"which classes the network takes for which","about":"network","rows":"shown","file":"corpus","fields":[{"part":"choice","key":"cell","initial":"all","kind":{"kind":"id"}},{"part":"choice","key":"find","initial":"","kind":{"kind":"text","most":200,"label":"","placeholder":""}}]},
];
