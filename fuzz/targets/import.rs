#![no_main]
#![expect(missing_docs, reason = "wordlight_fuzz::TARGETS describes it")]
libfuzzer_sys::fuzz_target!(|data: &[u8]| wordlight_fuzz::import(data));
