//! Scopes: what a client asks for by name. A scope narrows what the release policy lets out, and never
//! widens it.

use core::fmt;

/// The scopes we know (OIDC Core §5.4, and `ent` of our own). Others are ignored (RFC 6749 §3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// `openid`: this is OpenID Connect.
    OpenId,
    /// `profile`: names, user name, birth date, and what belongs to school.
    Profile,
    /// `email`: the mail address.
    Email,
    /// `ent`: what belongs to school, without the names.
    Ent,
}

impl Scope {
    /// All of them, in the order in which they are written.
    pub const ALL: [Self; 4] = [Self::OpenId, Self::Profile, Self::Email, Self::Ent];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OpenId => "openid",
            Self::Profile => "profile",
            Self::Email => "email",
            Self::Ent => "ent",
        }
    }
}

/// A set of scopes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// Reads names separated by spaces; unknown ones are left out, order and repetition do not matter.
    pub fn parse(text: &str) -> Self {
        let asked = |scope: &Scope| text.split(' ').any(|name| name == scope.name());
        Self(Scope::ALL.into_iter().filter(asked).collect())
    }

    /// Whether one is among them.
    pub fn has(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }
}

impl fmt::Display for Scopes {
    /// By single spaces, in the order of [`Scope::ALL`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.iter().map(|scope| scope.name()).collect();
        f.write_str(&names.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_repetition_and_unknown_names_do_not_matter() {
        let scopes = Scopes::parse("email offline_access  openid openid OPENID");
        assert_eq!(scopes.to_string(), "openid email");
        assert_eq!(Scopes::parse(&scopes.to_string()), scopes);
        assert!(!Scopes::parse("openidx xopenid").has(Scope::OpenId));
    }
}
