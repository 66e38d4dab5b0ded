//! What every method can do.

use wordlight_nn::Real;

use crate::Result;
use crate::attribution::Attribution;
use crate::case::Case;
use crate::spec::MethodSpec;

/// A way of explaining: from a [`Case`] to an [`Attribution`].
pub trait Method<F: Real>: Send + Sync {
    /// What it says of itself.
    fn spec(&self) -> &'static MethodSpec;

    /// Explains a case.
    ///
    /// # Errors
    /// [`Error::Unsupported`](crate::Error::Unsupported) if the method does not fit the network, the target or the length of the text, and the network's
    /// own errors.
    fn attribute(&self, case: &Case<'_, F>) -> Result<Attribution<F>>;

    /// [`Self::attribute`], telling `progress` which part is done, 0 to 1. Methods that can take long stop when it returns
    /// false; the others do not ask.
    ///
    /// # Errors
    /// As [`Self::attribute`], and [`Error::Cancelled`](crate::Error::Cancelled).
    fn attribute_watched(&self, case: &Case<'_, F>, progress: &mut dyn FnMut(f64) -> bool) -> Result<Attribution<F>> {
        let _ = progress;
        self.attribute(case)
    }
}
