//! What needs no sampling and no quadrature when the network is a convolution with maximum over time.
//!
//! The maximum of such a network is taken over scores that are each *linear* in the input, and each read only `K`
//! words. The first makes the integral of Integrated Gradients a finite sum ([`envelope`]), the second makes Shapley
//! values a pass along the sentence ([`shapley`]).
//! [`coalitions`] makes removals cheap for the methods that do sample; [`ngrams`] and [`filters`] say which windows and
//! which filters the value came from.

pub mod coalitions;
pub mod envelope;
pub mod filters;
pub(crate) mod lines;
pub(crate) mod mean_slope;
pub mod ngrams;
mod projection;
pub mod shapley;
mod window_sums;

pub use projection::Projection;
