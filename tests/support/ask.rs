//! One question to a method: the only place of these tests that knows how a method is called.

use std::collections::BTreeMap;

use ndarray::Array2;
use wordlight_explain::Error;
use wordlight_explain::attribution::Attribution;
use wordlight_explain::baseline::Baseline;
use wordlight_explain::case::Case;
use wordlight_explain::method::{build, spec};
use wordlight_explain::spec::ParamValue;
use wordlight_explain::target::TargetKind;
use wordlight_nn::Real;
use wordlight_nn::model::Classifier;

use crate::audit::inherited;

/// A network, an input and what is asked about it.
pub struct Ask<'a, F: Real> {
    /// The network.
    pub network: &'a dyn Classifier<F>,
    /// `[E, D]`
    pub x: Array2<F>,
    /// `T`
    pub tokens: usize,
    /// What of the class is explained.
    pub kind: TargetKind,
    /// The class.
    pub class: usize,
    /// Where paths begin.
    pub baseline: Baseline<F>,
}

impl<'a, F: Real> Ask<'a, F> {
    /// The logit of `class`, from zero.
    pub fn logit(network: &'a dyn Classifier<F>, x: Array2<F>, tokens: usize, class: usize) -> Self {
        Self { network, x, tokens, kind: TargetKind::Logit, class, baseline: Baseline::Zero }
    }

    /// Calls `f` with the case.
    ///
    /// # Errors
    /// As [`Case::new`].
    ///
    /// # Panics
    /// If the network does not take the input.
    pub fn with_case<T>(&self, f: impl FnOnce(&Case<'_, F>) -> T) -> Result<T, Error> {
        let pass = self.network.forward(self.x.clone()).expect("an input of the network's shape");
        let asked = (self.kind, Some(self.class));
        Ok(f(&Case::new(self.network, pass.as_ref(), self.tokens, asked, &self.baseline)?))
    }

    /// What the method says.
    ///
    /// # Errors
    /// As the method and [`Case::new`].
    ///
    /// # Panics
    /// If there is no such method or parameter.
    pub fn explain(&self, id: &str, given: &[(&str, ParamValue)]) -> Result<Attribution<F>, Error> {
        let given: BTreeMap<String, ParamValue> = given.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect();
        let method = build::<F>(id, &given).expect("a method of the list, with parameters of its own");
        self.with_case(|case| method.attribute(case))?
    }

    /// With few samples for methods that draw them; `None` where the method does not fit the network or the target.
    ///
    /// # Panics
    /// On any other error.
    pub fn explain_briefly(&self, id: &str) -> Option<Attribution<F>> {
        let few = [("samples", ParamValue::Number(10.0))];
        let draws = spec(id).expect("a method of the list").params.iter().any(|p| p.id == "samples");
        match self.explain(id, if draws { &few } else { &[] }) {
            Err(Error::Unsupported { .. }) => None,
            other => Some(other.expect("a method answers or does not fit")),
        }
    }

    /// The largest number whose rounding the explained value inherits although it is not booked.
    ///
    /// # Panics
    /// If the network does not take the input.
    pub fn inherited(&self) -> f64 {
        let pass = self.network.forward(self.x.clone()).expect("an input of the network's shape");
        inherited(self.kind, pass.logits())
    }
}
