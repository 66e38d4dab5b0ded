//! The number type of networks and methods.

use crate::gate::Gate;
use crate::kernels::Kernels;
use crate::scalar::Scalar;

/// `f32`, in which networks are trained and explained, or `f64`, in which laws and gradients are checked.
pub trait Real: Scalar + Gate + Kernels {}

impl Real for f32 {}
impl Real for f64 {}
