//! A convolution over words, maximum over time, a dense layer.
//!
//! With one width, no activation and padding to 40 this is the network of Jalota's paper; with several widths and a
//! ReLU it is Kim's (Kim 2014, *Convolutional Neural Networks for Sentence Classification*). For filter `c` of width
//! `K`:
//!
//! ```text
//! s[p, c] = b_c + sum_j w_c[j] . x[p + j]      p = 0 .. E - K
//! m[c]    = max_p f(s[p, c])
//! z       = V m + a
//! ```

mod classifier;
mod config;
mod network;

pub use config::TextCnnConfig;
pub use network::{TextCnn, TextCnnPass};
