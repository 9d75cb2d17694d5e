//! The order of the steps, in one place.

use super::{Evidence, Proof};
use crate::account::AccountState;

/// What the stores know of the person of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// State of her account.
    pub state: AccountState,
    /// She accepted the charter in force for her profile.
    pub charter_accepted: bool,
    /// She holds powers: a second factor is owed.
    pub powers: bool,
    /// She has a second factor enrolled.
    pub second_factor_enrolled: bool,
}

/// What comes next in a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Show who you are.
    Identify,
    /// The account is closed: say so, open nothing.
    Closed,
    /// "Is it you?" after an activation code.
    Confirm,
    /// Show the second factor.
    SecondFactor,
    /// Accept the charter.
    Charter,
    /// Choose a password.
    Password,
    /// Enrol a second factor.
    Enrol,
    /// Nothing is missing: the session may open.
    Done,
}

impl Evidence {
    /// The next step. Pure, and the only place that decides the order: a step is skipped only when its
    /// evidence is there, whatever was posted (T-45).
    pub fn next_step(&self, known: Option<Known>) -> Step {
        let (Some(_), Some(proof), Some(known)) = (self.person, self.proof.as_ref(), known) else {
            return Step::Identify;
        };
        let first_access = matches!(proof, Proof::ActivationCode(_) | Proof::Invitation(_));
        // A recovery mail gives a new password to an account that is open, and opens none.
        let new_password = first_access || matches!(proof, Proof::Recovery(_));
        let open = match known.state {
            AccountState::Active => true,
            // A code opens a waiting account; once the password is saved the account is active.
            AccountState::ToActivate => first_access,
            AccountState::Planned
            | AccountState::Suspended
            | AccountState::ToDelete
            | AccountState::Deleted => false,
        };
        if !open {
            return Step::Closed;
        }
        if matches!(proof, Proof::ActivationCode(_)) && !self.confirmed {
            return Step::Confirm;
        }
        // Whoever has a second factor shows it, powers or not: they may lapse, what it guards does not.
        if known.second_factor_enrolled && !self.second_factor {
            return Step::SecondFactor;
        }
        if !known.charter_accepted {
            return Step::Charter;
        }
        if new_password && !self.password_saved {
            return Step::Password;
        }
        if known.powers && !self.second_factor {
            return Step::Enrol;
        }
        Step::Done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::PersonId;
    use crate::session::Digest;
    use uuid::Uuid;

    const PUPIL: Known = Known {
        state: AccountState::Active,
        charter_accepted: true,
        powers: false,
        second_factor_enrolled: false,
    };

    fn by(proof: Proof) -> Evidence {
        Evidence {
            person: Some(PersonId(Uuid::nil())),
            proof: Some(proof),
            ..Evidence::default()
        }
    }

    #[test]
    fn t45_no_step_is_skipped_without_its_evidence() {
        let code = || by(Proof::ActivationCode(Digest([1; 32])));
        let waiting = Known {
            state: AccountState::ToActivate,
            charter_accepted: false,
            ..PUPIL
        };
        let mut evidence = code();
        assert_eq!(Evidence::default().next_step(Some(waiting)), Step::Identify);
        assert_eq!(evidence.next_step(None), Step::Identify);
        assert_eq!(evidence.next_step(Some(waiting)), Step::Confirm);
        evidence.confirmed = true;
        assert_eq!(evidence.next_step(Some(waiting)), Step::Charter);
        let accepted = Known {
            charter_accepted: true,
            ..waiting
        };
        assert_eq!(evidence.next_step(Some(accepted)), Step::Password);
        evidence.password_saved = true;
        assert_eq!(evidence.next_step(Some(PUPIL)), Step::Done);
    }

    #[test]
    fn the_charter_gate_stands_before_every_end() {
        for proof in [
            Proof::Password,
            Proof::ActivationCode(Digest([1; 32])),
            Proof::Invitation(Digest([1; 32])),
            Proof::Recovery(Digest([1; 32])),
        ] {
            for bits in 0..16_u8 {
                let evidence = Evidence {
                    confirmed: bits & 1 != 0,
                    password_saved: bits & 2 != 0,
                    second_factor: bits & 4 != 0,
                    ..by(proof.clone())
                };
                let known = Known {
                    charter_accepted: false,
                    powers: bits & 8 != 0,
                    ..PUPIL
                };
                assert_ne!(evidence.next_step(Some(known)), Step::Done);
            }
        }
    }

    #[test]
    fn powers_never_pass_without_a_second_factor() {
        let admin = Known {
            powers: true,
            ..PUPIL
        };
        assert_eq!(by(Proof::Password).next_step(Some(admin)), Step::Enrol);
        let enrolled = Known {
            second_factor_enrolled: true,
            ..admin
        };
        assert_eq!(
            by(Proof::Password).next_step(Some(enrolled)),
            Step::SecondFactor
        );
    }

    #[test]
    fn closed_accounts_open_nothing() {
        for state in [
            AccountState::Planned,
            AccountState::Suspended,
            AccountState::ToDelete,
            AccountState::Deleted,
        ] {
            for proof in [Proof::Password, Proof::Recovery(Digest([1; 32]))] {
                assert_eq!(
                    by(proof).next_step(Some(Known { state, ..PUPIL })),
                    Step::Closed
                );
            }
        }
        let waiting = Known {
            state: AccountState::ToActivate,
            ..PUPIL
        };
        assert_eq!(by(Proof::Password).next_step(Some(waiting)), Step::Closed);
        let mailed = by(Proof::Recovery(Digest([1; 32])));
        assert_eq!(mailed.next_step(Some(waiting)), Step::Closed);
    }

    #[test]
    fn a_recovery_mail_replaces_the_password_and_nothing_else() {
        let enrolled = Known {
            charter_accepted: false,
            powers: true,
            second_factor_enrolled: true,
            ..PUPIL
        };
        let mut evidence = by(Proof::Recovery(Digest([1; 32])));
        assert_eq!(evidence.next_step(Some(enrolled)), Step::SecondFactor);
        evidence.second_factor = true;
        assert_eq!(evidence.next_step(Some(enrolled)), Step::Charter);
        let accepted = Known {
            charter_accepted: true,
            ..enrolled
        };
        assert_eq!(evidence.next_step(Some(accepted)), Step::Password);
        evidence.password_saved = true;
        assert_eq!(evidence.next_step(Some(accepted)), Step::Done);
    }
}
