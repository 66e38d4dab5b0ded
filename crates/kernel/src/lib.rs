//! The hot loops, and the scalar type they are written for.
//!
//! A crate of its own for one reason: the page's core is compiled for size, and these loops must not be. Generic code is
//! compiled where it is used, so each loop has an entry point per scalar type ([`Kernels`]) that is compiled here.

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
