//! The papers, cited once.

/// A publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Citation {
    /// Authors and year as they stand in a sentence: "Bach et al. 2015".
    pub short: &'static str,
    /// Authors, title, venue and year, as in a list of references.
    pub full: &'static str,
}

macro_rules! citations {
    ($($name:ident = $short:literal, $full:literal;)*) => {
        $(#[doc = $full] pub const $name: Citation = Citation { short: $short, full: $full };)*
    };
}

citations! {
    SIMONYAN_2014 = "Simonyan, Vedaldi & Zisserman 2014",
        "K. Simonyan, A. Vedaldi, A. Zisserman. Deep Inside Convolutional Networks: Visualising Image Classification Models and Saliency Maps. ICLR Workshop 2014.";
    SHRIKUMAR_2016 = "Shrikumar et al. 2016",
        "A. Shrikumar, P. Greenside, A. Shcherbina, A. Kundaje. Not Just a Black Box: Learning Important Features Through Propagating Activation Differences. arXiv:1605.01713, 2016.";
    SUNDARARAJAN_2017 = "Sundararajan, Taly & Yan 2017",
        "M. Sundararajan, A. Taly, Q. Yan. Axiomatic Attribution for Deep Networks. ICML 2017.";
    BACH_2015 = "Bach et al. 2015",
        "S. Bach, A. Binder, G. Montavon, F. Klauschen, K.-R. Müller, W. Samek. On Pixel-Wise Explanations for Non-Linear Classifier Decisions by Layer-Wise Relevance Propagation. PLoS ONE 10(7), 2015.";
    MONTAVON_2017 = "Montavon et al. 2017",
        "G. Montavon, S. Lapuschkin, A. Binder, W. Samek, K.-R. Müller. Explaining NonLinear Classification Decisions with Deep Taylor Decomposition. Pattern Recognition 65, 2017.";
    MONTAVON_2019 = "Montavon et al. 2019",
        "G. Montavon, A. Binder, S. Lapuschkin, W. Samek, K.-R. Müller. Layer-Wise Relevance Propagation: An Overview. In: Explainable AI, Springer 2019.";
    LAPUSCHKIN_2019 = "Lapuschkin et al. 2019",
        "S. Lapuschkin, S. Wäldchen, A. Binder, G. Montavon, W. Samek, K.-R. Müller. Unmasking Clever Hans Predictors and Assessing What Machines Really Learn. Nature Communications 10, 2019.";
    ANDEOL_2021 = "Andéol et al. 2021",
        "L. Andéol, Y. Kawakami, Y. Wada, T. Kanamori, K.-R. Müller, G. Montavon. Learning Domain Invariant Representations by Joint Wasserstein Distance Minimization. arXiv:2106.04923, 2021 (the generalised gamma rule).";
    SMILKOV_2017 = "Smilkov et al. 2017",
        "D. Smilkov, N. Thorat, B. Kim, F. Viégas, M. Wattenberg. SmoothGrad: Removing Noise by Adding Noise. arXiv:1706.03825, 2017.";
    ADEBAYO_2018 = "Adebayo et al. 2018",
        "J. Adebayo, J. Gilmer, I. Goodfellow, B. Kim. Local Explanation Methods for Deep Neural Networks Lack Sensitivity to Parameter Values. ICLR Workshop 2018.";
    SPRINGENBERG_2015 = "Springenberg et al. 2015",
        "J. T. Springenberg, A. Dosovitskiy, T. Brox, M. Riedmiller. Striving for Simplicity: The All Convolutional Net. ICLR Workshop 2015.";
    ZEILER_2014 = "Zeiler & Fergus 2014",
        "M. D. Zeiler, R. Fergus. Visualizing and Understanding Convolutional Networks. ECCV 2014.";
    SHRIKUMAR_2017 = "Shrikumar, Greenside & Kundaje 2017",
        "A. Shrikumar, P. Greenside, A. Kundaje. Learning Important Features Through Propagating Activation Differences. ICML 2017.";
    LUNDBERG_2017 = "Lundberg & Lee 2017",
        "S. M. Lundberg, S.-I. Lee. A Unified Approach to Interpreting Model Predictions. NeurIPS 2017.";
    STRUMBELJ_2010 = "Štrumbelj & Kononenko 2010",
        "E. Štrumbelj, I. Kononenko. An Efficient Explanation of Individual Classifications Using Game Theory. Journal of Machine Learning Research 11, 2010.";
    RIBEIRO_2016 = "Ribeiro, Singh & Guestrin 2016",
        "M. T. Ribeiro, S. Singh, C. Guestrin. \"Why Should I Trust You?\": Explaining the Predictions of Any Classifier. KDD 2016.";
    ERION_2021 = "Erion et al. 2021",
        "G. Erion, J. D. Janizek, P. Sturmfels, S. M. Lundberg, S.-I. Lee. Improving Performance of Deep Learning Models with Axiomatic Attribution Priors and Expected Gradients. Nature Machine Intelligence 3, 2021.";
    DHAMDHERE_2018 = "Dhamdhere, Sundararajan & Yan 2018",
        "K. Dhamdhere, M. Sundararajan, Q. Yan. How Important Is a Neuron? ICLR 2019 (arXiv:1805.12233, 2018).";
    ARRAS_2017 = "Arras et al. 2017",
        "L. Arras, G. Montavon, K.-R. Müller, W. Samek. Explaining Recurrent Neural Network Predictions in Sentiment Analysis. WASSA Workshop, EMNLP 2017.";
    MURDOCH_2017 = "Murdoch & Szlam 2017",
        "W. J. Murdoch, A. Szlam. Automatic Rule Extraction from Long Short Term Memory Networks. ICLR 2017.";
    LI_2016 = "Li, Monroe & Jurafsky 2016",
        "J. Li, W. Monroe, D. Jurafsky. Understanding Neural Networks through Representation Erasure. arXiv:1612.08220, 2016.";
    SAMEK_2017 = "Samek et al. 2017",
        "W. Samek, A. Binder, G. Montavon, S. Lapuschkin, K.-R. Müller. Evaluating the Visualization of What a Deep Neural Network Has Learned. IEEE Transactions on Neural Networks and Learning Systems 28(11), 2017.";
    PETSIUK_2018 = "Petsiuk, Das & Saenko 2018",
        "V. Petsiuk, A. Das, K. Saenko. RISE: Randomized Input Sampling for Explanation of Black-box Models. BMVC 2018.";
    DEYOUNG_2020 = "DeYoung et al. 2020",
        "J. DeYoung, S. Jain, N. F. Rajani, E. Lehman, C. Xiong, R. Socher, B. C. Wallace. ERASER: A Benchmark to Evaluate Rationalized NLP Models. ACL 2020.";
    YEH_2019 = "Yeh et al. 2019",
        "C.-K. Yeh, C.-Y. Hsieh, A. S. Suggala, D. I. Inouye, P. Ravikumar. On the (In)fidelity and Sensitivity of Explanations. NeurIPS 2019.";
    ADEBAYO_SANITY_2018 = "Adebayo et al. 2018 (sanity checks)",
        "J. Adebayo, J. Gilmer, M. Muelly, I. Goodfellow, M. Hardt, B. Kim. Sanity Checks for Saliency Maps. NeurIPS 2018.";
    KENDALL_1945 = "Kendall 1945",
        "M. G. Kendall. The Treatment of Ties in Ranking Problems. Biometrika 33(3), 1945.";
    SOCHER_2013 = "Socher et al. 2013",
        "R. Socher, A. Perelygin, J. Wu, J. Chuang, C. D. Manning, A. Ng, C. Potts. Recursive Deep Models for Semantic Compositionality Over a Sentiment Treebank. EMNLP 2013.";
}
