//! The login hub's words: parked flows, the evidence they gather, the next step, the throttle.

mod flow;
mod step;
mod throttle;

pub use flow::{
    Destination, Evidence, FLOW_LIFETIME, FLOWS_A_BROWSER, Flow, FlowId, LocalPath, Proof,
};
pub use step::{Known, Step};
pub use throttle::{CounterKind, FAILURES_A_DAY, Tally, Verdict, delay_after};
