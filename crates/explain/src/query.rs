//! A question as somebody asks it: by which method, of which number, against which baseline. It is checked once and asked of
//! any input.

use std::collections::BTreeMap;

use ndarray::Array2;
use wordlight_nn::Real;
use wordlight_nn::model::{Classifier, Pass};

use crate::attribution::Attribution;
use crate::baseline::Baseline;
use crate::case::Case;
use crate::method::{self, Method};
use crate::spec::{MethodSpec, ParamValue};
use crate::target::{Target, TargetKind};
use crate::{Error, Result};

/// A checked question.
///
/// | part | default |
/// |---|---|
/// | method | none: a query is made from one |
/// | target | the logit of the predicted class |
/// | baseline | the zero vector at every position |
pub struct Query<F: Real> {
    method: Box<dyn Method<F>>,
    target: TargetKind,
    class: Option<usize>,
    baseline: Baseline<F>,
}

/// The answer to a [`Query`].
#[derive(Clone, Debug)]
pub struct Answer<F> {
    /// The scores, with their ledger.
    pub attribution: Attribution<F>,
    /// The description of the method that was asked.
    pub method: &'static MethodSpec,
    /// The explained number: its kind and its class.
    pub target: Target,
}

impl<F: Real> Query<F> {
    /// A query by this method, of the logit of the predicted class against the zero baseline.
    pub fn new(method: impl Method<F> + 'static) -> Self {
        Self::boxed(Box::new(method))
    }

    fn boxed(method: Box<dyn Method<F>>) -> Self {
        Self { method, target: TargetKind::default(), class: None, baseline: Baseline::default() }
    }

    /// Asks by the method with this name and the settings `params`, of the number with the name `target`.
    ///
    /// # Errors
    /// [`crate::Error::Unknown`] for a method, setting, option or target that does not exist, [`crate::Error::Parameter`]
    /// for a setting outside its range.
    pub fn parse(method: &str, params: &BTreeMap<String, ParamValue>, target: &str) -> Result<Self> {
        Ok(Self { target: TargetKind::parse(target)?, ..Self::boxed(method::build(method, params)?) })
    }

    /// Explains another number than the logit.
    pub fn of(mut self, target: TargetKind) -> Self {
        self.target = target;
        self
    }

    /// Explains this class; `None` for the predicted one.
    pub fn of_class(mut self, class: impl Into<Option<usize>>) -> Self {
        self.class = class.into();
        self
    }

    /// Uses another baseline than zero.
    pub fn against(mut self, baseline: Baseline<F>) -> Self {
        self.baseline = baseline;
        self
    }

    /// The description of the method.
    pub fn spec(&self) -> &'static MethodSpec {
        self.method.spec()
    }

    /// The case of a finished pass of `model` over `tokens` words.
    ///
    /// # Errors
    /// As [`Case::new`].
    pub fn case<'a>(&self, model: &'a dyn Classifier<F>, pass: &'a dyn Pass<F>, tokens: usize) -> Result<Case<'a, F>> {
        Case::new(model, pass, tokens, (self.target, self.class), &self.baseline)
    }

    /// Asks of a case, telling `progress` which part is done, 0 to 1; methods that can take long stop when it returns false.
    ///
    /// # Errors
    /// As [`Method::attribute_watched`]; [`crate::Error::NotFinite`].
    pub fn ask(&self, case: &Case<'_, F>, progress: &mut dyn FnMut(f64) -> bool) -> Result<Answer<F>> {
        let attribution = self.method.attribute_watched(case, progress)?;
        let ledger = &attribution.ledger;
        let whole = [ledger.explained, ledger.residual, ledger.tolerance, attribution.padding];
        let mut numbers =
            whole.iter().chain(&attribution.per_token).chain(ledger.entries.iter().map(|(_, amount)| amount));
        if !numbers.all(|number| number.is_finite()) {
            return Err(Error::NotFinite { method: self.method.spec().name });
        }
        Ok(Answer { attribution, method: self.method.spec(), target: case.target() })
    }

    /// Asks of words `x` `[E, D]`, all of which are words and none padding.
    ///
    /// # Errors
    /// As [`Classifier::forward`], [`Case::new`] and [`Method::attribute`].
    pub fn explain(&self, model: &dyn Classifier<F>, x: Array2<F>) -> Result<Answer<F>> {
        let pass = model.forward(x)?;
        let case = self.case(model, pass.as_ref(), pass.input().nrows())?;
        self.ask(&case, &mut |_| true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faithfulness::by_hand::network;
    use crate::method::{GradientXInput, Occlusion};

    #[test]
    fn a_query_from_names_and_one_from_a_value_ask_the_same() {
        let network = network();
        let x = Array2::from_shape_fn((3, 2), |(i, j)| (i + 2 * j) as f64);
        let given = BTreeMap::from([("window".to_owned(), ParamValue::Number(2.0))]);
        let parsed = Query::parse("occlusion", &given, "logit").unwrap().explain(&network, x.clone()).unwrap();
        let made = Query::new(Occlusion { window: 2, ..Default::default() }).explain(&network, x).unwrap();
        assert_eq!(parsed.attribution, made.attribution);
        assert_eq!((parsed.target, parsed.method.id), (made.target, "occlusion"));
    }

    #[test]
    fn what_does_not_exist_is_refused_before_any_network_is_asked() {
        let none = BTreeMap::new();
        let message = |method: &str, params: &BTreeMap<_, _>, target: &str| {
            Query::<f64>::parse(method, params, target).err().map(|error| error.to_string()).unwrap_or_default()
        };
        assert!(message("gradiant", &none, "logit").contains("no method \"gradiant\""));
        assert!(message("gradient", &none, "logits").contains("no target \"logits\""));
        let given = BTreeMap::from([("steps".to_owned(), ParamValue::Number(f64::NAN))]);
        assert!(message("integrated-gradients", &given, "logit").contains("steps is NaN"));
    }

    /// Gradient times input, with one score too large.
    struct TooLarge(f64);

    impl Method<f64> for TooLarge {
        fn spec(&self) -> &'static MethodSpec {
            Method::<f64>::spec(&GradientXInput)
        }

        fn attribute(&self, case: &Case<'_, f64>) -> Result<Attribution<f64>> {
            let mut attribution = GradientXInput.attribute(case)?;
            attribution.per_token[1] = self.0;
            Ok(attribution)
        }
    }

    #[test]
    fn numbers_beyond_all_bounds_are_an_error_and_no_scores() {
        let (network, x) = (network(), Array2::from_elem((3, 2), 1.0));
        for large in [f64::INFINITY, f64::NAN] {
            let error = Query::new(TooLarge(large)).explain(&network, x.clone()).unwrap_err();
            assert_eq!(error.code(), "not-finite");
        }
        assert!(Query::new(TooLarge(f64::MAX)).explain(&network, x).is_ok());
        let error = Query::new(GradientXInput).explain(&network, Array2::from_elem((3, 2), 1e308)).unwrap_err();
        assert_eq!(error.to_string(), "the logit vector has the value inf at index 0; every value must be finite");
    }

    #[test]
    fn a_class_that_does_not_exist_is_an_error_and_no_panic() {
        let error = Query::new(GradientXInput).of_class(99).explain(&network(), Array2::zeros((3, 2))).unwrap_err();
        assert_eq!(error.code(), "class");
    }
}
