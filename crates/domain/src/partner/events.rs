//! What a partner asks to be told of people it knows (RFC 8417, RFC 8935).

use super::legal::closed;

closed! {
    /// What becomes of a person, as a partner that knows her may be told.
    PartnerEvent {
        /// No source sends her any more, or her last day is over.
        Left = "depart",
        /// She is back.
        Returned = "retour",
        /// Her establishments are others than before.
        Moved = "mouvement",
        /// Everything about her is erased.
        Erased = "effacement",
    }
}

/// Where a partner is told what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventsBinding {
    /// Exact address that takes Security Event Tokens (RFC 8935 §2).
    pub address: String,
    /// Which events, each once.
    pub which: Vec<PartnerEvent>,
}
