//! The life of an account: states and the jumps between them.

use core::fmt;
use core::str::FromStr;

/// *prévu, à activer, actif, suspendu, à supprimer, supprimé*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountState {
    /// Known, and not open yet.
    Planned,
    /// Waits for its owner's first login.
    ToActivate,
    /// In use.
    Active,
    /// Closed by the establishment or frozen on request; reversible.
    Suspended,
    /// Counts down to deletion.
    ToDelete,
    /// Gone; only a keyed digest of its login remains.
    Deleted,
}

/// A jump that the life of an account does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an account cannot go from {from} to {to}")]
pub struct IllegalJump {
    /// Where it stands.
    pub from: AccountState,
    /// Where it was asked to go.
    pub to: AccountState,
}

impl AccountState {
    /// All of them, in order.
    pub const ALL: [Self; 6] = [
        Self::Planned,
        Self::ToActivate,
        Self::Active,
        Self::Suspended,
        Self::ToDelete,
        Self::Deleted,
    ];

    /// The next state when the jump is legal.
    ///
    /// # Errors
    /// [`IllegalJump`] otherwise; staying in place is no jump and is refused as well.
    pub fn jump(self, to: Self) -> Result<Self, IllegalJump> {
        use AccountState::{Active, Deleted, Planned, Suspended, ToActivate, ToDelete};
        let legal = matches!(
            (self, to),
            (Planned, ToActivate | ToDelete)
                | (ToActivate, Active | Suspended | ToDelete)
                | (Active, Suspended | ToDelete)
                | (Suspended, ToActivate | Active | ToDelete)
                | (ToDelete, ToActivate | Active | Suspended | Deleted)
        );
        if legal {
            Ok(to)
        } else {
            Err(IllegalJump { from: self, to })
        }
    }

    /// The stable code in stores and machine output.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::ToActivate => "to_activate",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::ToDelete => "to_delete",
            Self::Deleted => "deleted",
        }
    }
}

impl fmt::Display for AccountState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for AccountState {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|state| state.code() == text)
            .ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::AccountState::*;
    use super::*;

    #[test]
    fn nothing_leaves_the_deleted_state() {
        for to in AccountState::ALL {
            assert_eq!(Deleted.jump(to), Err(IllegalJump { from: Deleted, to }));
        }
    }

    #[test]
    fn an_account_opens_only_from_to_activate_or_a_return() {
        for from in AccountState::ALL {
            let opens = from.jump(Active).is_ok();
            assert_eq!(
                opens,
                matches!(from, ToActivate | Suspended | ToDelete),
                "{from}"
            );
        }
    }
}
