//! Two password policies (ux-and-law §2.4, CNIL 2022-100).

/// Which strength is asked of a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordPolicy {
    /// *Usagers*: 50 bits, since attempts are restricted.
    Users,
    /// *Comptes à pouvoirs*: 80 bits and a second factor.
    Powers,
}

impl PasswordPolicy {
    /// The fewest bits accepted. The CNIL's own example of the 80-bit case (twelve characters of four
    /// kinds) measures 79.6, hence 79.5.
    pub const fn bits(self) -> f64 {
        match self {
            Self::Users => 50.0,
            Self::Powers => 79.5,
        }
    }

    /// How many words of the 4,096-word list a proposed phrase has; two digits follow.
    pub const fn words(self) -> usize {
        match self {
            Self::Users => 4,
            Self::Powers => 7,
        }
    }
}

/// The meter, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// *Trop facile à deviner.*
    Weak,
    /// *Presque.*
    Nearly,
    /// *Bien.*
    Good,
}

impl Strength {
    /// From an estimate in bits.
    pub fn of(bits: f64, policy: PasswordPolicy) -> Self {
        if bits >= policy.bits() {
            Self::Good
        } else if bits >= policy.bits() * 0.7 {
            Self::Nearly
        } else {
            Self::Weak
        }
    }
}
