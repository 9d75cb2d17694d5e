//! What a browser prefers: a handful of values that identify nobody, in the cookie `__Host-ui`.

use portique_domain::charter::Language;

/// Light, dark, or as the system says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The word in forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "clair",
            Self::Dark => "sombre",
        }
    }

    /// From the word of a form.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Auto, Self::Light, Self::Dark]
            .into_iter()
            .find(|theme| theme.code() == code)
    }

    /// The value of `data-theme`, when it is forced.
    pub const fn attribute(self) -> Option<&'static str> {
        match self {
            Self::Auto => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}

/// The answers to « Qui êtes-vous ? ».
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Desk {
    /// A pupil.
    Pupil,
    /// A parent or another person responsible.
    Relative,
    /// Somebody who works there.
    Staff,
}

impl Desk {
    /// All of them, in the order shown.
    pub const ALL: [Self; 3] = [Self::Pupil, Self::Relative, Self::Staff];

    /// The word in addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pupil => "eleve",
            Self::Relative => "parent",
            Self::Staff => "personnel",
        }
    }

    /// From the word of an address.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|desk| desk.code() == code)
    }
}

/// What the cookie holds: `l=oc&t=sombre&k=eleve`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    /// Language, when one was chosen.
    pub language: Option<Language>,
    /// Theme.
    pub theme: Theme,
    /// Last kind of login.
    pub desk: Option<Desk>,
}

impl Preferences {
    /// Reads a cookie value; whatever is not ours is left out.
    pub fn parse(value: &str) -> Self {
        let mut out = Self::default();
        for pair in value.split('&').take(8) {
            match pair.split_once('=') {
                Some(("l", tag)) => out.language = Language::from_tag(tag),
                Some(("t", code)) => out.theme = Theme::from_code(code).unwrap_or_default(),
                Some(("k", code)) => out.desk = Desk::from_code(code),
                _ => {}
            }
        }
        out
    }

    /// The cookie value.
    pub fn value(self) -> String {
        let mut parts = Vec::new();
        if let Some(language) = self.language {
            parts.push(format!("l={}", language.tag()));
        }
        if self.theme != Theme::Auto {
            parts.push(format!("t={}", self.theme.code()));
        }
        if let Some(desk) = self.desk {
            parts.push(format!("k={}", desk.code()));
        }
        parts.join("&")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferences_read_back_and_strange_values_are_left_out() {
        let full = Preferences {
            language: Some(Language::Occitan),
            theme: Theme::Dark,
            desk: Some(Desk::Relative),
        };
        assert_eq!(Preferences::parse(&full.value()), full);
        assert_eq!(
            Preferences::parse("l=<script>&t=&k=9&x=1&&"),
            Preferences::default()
        );
    }
}
