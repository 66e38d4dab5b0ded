//! The papers, cited once.

/// A publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Citation {
    /// "Bach et al. 2015"
    pub short: &'static str,
    /// Authors, title, venue.
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
}
