//! The scripts: each atomic act that needs more than one command.
//!
//! The server keeps them by their digest; after a restart of it the first call sends the text again.

use redis::Script;

/// All of them.
pub(crate) struct Scripts {
    pub(crate) session_open: Script,
    pub(crate) session_renew: Script,
    pub(crate) session_touch: Script,
    pub(crate) session_close: Script,
    pub(crate) sessions_close: Script,
    pub(crate) sessions_of: Script,
    pub(crate) flow_put: Script,
    pub(crate) flow_end: Script,
    pub(crate) flows_end: Script,
    pub(crate) one_time_put: Script,
    pub(crate) one_time_redeem: Script,
    pub(crate) counter_add: Script,
    pub(crate) participation_record: Script,
    pub(crate) token_keep: Script,
    pub(crate) family_close: Script,
    pub(crate) tokens_close: Script,
}

macro_rules! script {
    ($($file:literal),+) => {
        Script::new(concat!($(include_str!(concat!("../lua/", $file, ".lua"))),+))
    };
}

impl Scripts {
    /// Reads the texts.
    pub(crate) fn new() -> Self {
        Self {
            session_open: script!("stay", "session_put", "session_open"),
            session_renew: script!("stay", "session_put", "session_renew"),
            session_touch: script!("session_touch"),
            session_close: script!("session_close"),
            sessions_close: script!("sessions_close"),
            sessions_of: script!("sessions_of"),
            flow_put: script!("stay", "flow_put"),
            flow_end: script!("flow_end"),
            flows_end: script!("flows_end"),
            one_time_put: script!("one_time_put"),
            one_time_redeem: script!("one_time_redeem"),
            counter_add: script!("counter_add"),
            participation_record: script!("participation_record"),
            token_keep: script!("stay", "token_keep"),
            family_close: script!("stay", "family_close"),
            tokens_close: script!("tokens_close"),
        }
    }
}
