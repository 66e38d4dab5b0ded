//! The hot loops, and the scalar type they are written for.
//!
//! A crate of its own for one reason: the page's core is compiled for size, and these loops must not be. Generic code is
//! compiled where it is used, so each loop has an entry point per scalar type ([`Kernels`]) that is compiled here.
//!
//! # Quickstart
//!
//! ```
//! use wordlight_kernel::{Kernels, Packed, Part};
//!
//! // Two filters of two weights each, slid over three numbers in steps of one: two windows.
//! let filters = Packed::new(&[1.0, 2.0, 0.5, -1.0], 2, 2);
//! let mut scores = [0.0; 4];
//! f64::slide(&filters, &[3.0, 4.0, 5.0], 1, 2, &[0.0, 10.0], &mut scores);
//! assert_eq!(scores, [11.0, 7.5, 14.0, 7.0]);
//!
//! // Each filter's strongest window. The caller begins with the first one.
//! let (mut best, mut window) = ([scores[0], scores[1]], [0, 0]);
//! f64::column_maxima(&scores, &mut best, &mut window);
//! assert_eq!((best, window), ([14.0, 7.5], [1, 0]));
//!
//! // A sum in which only the positive weights take part.
//! assert_eq!(f32::dot(&[1.0, -2.0], Part::Positive, &[3.0, 4.0]), 3.0);
//! ```

pub mod batch;
mod gate;
mod kernels;
mod part;
mod real;
mod scalar;
mod scan;
mod slide;
mod window;

pub use gate::Gate;
pub use kernels::Kernels;
pub use part::Part;
pub use real::Real;
pub use scalar::Scalar;
pub use slide::Packed;
