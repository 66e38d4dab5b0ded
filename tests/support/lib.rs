//! Support for the conformance tests: oracles, small models, tolerances.
