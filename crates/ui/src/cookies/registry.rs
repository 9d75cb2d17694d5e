//! The table that the page `/cookies` is made from. A cookie that is not here is never set.

/// What a cookie is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The session: an opaque secret.
    Session,
    /// A routing hint in a cluster.
    Node,
    /// The ENT token for forward-auth.
    EntToken,
    /// Binds a parked flow to this browser.
    Flow,
    /// For answers that another site posts back to us.
    Landing,
    /// A browser that was let in before, for throttling alone.
    Device,
    /// Language, theme, last kind of login.
    Preferences,
    /// The choice about trackers; never set, since there is none.
    Banner,
}

/// `SameSite`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SameSite {
    /// Sent on top-level navigation from elsewhere.
    Lax,
    /// Sent always.
    None,
}

impl SameSite {
    /// The word in the header.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Lax => "Lax",
            Self::None => "None",
        }
    }
}

/// How long a browser keeps a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// Until the browser closes; the server ends it sooner.
    Browser,
    /// So many seconds.
    Seconds(u64),
}

/// One row.
#[derive(Clone, Copy, Debug)]
pub struct CookieRow {
    /// Role.
    pub role: Role,
    /// Name, or its beginning for [`Role::Flow`] and [`Role::Landing`].
    pub name: &'static str,
    /// Name under the preset `kdecole`, when it has another.
    pub kdecole: Option<&'static str>,
    /// `SameSite`.
    pub same_site: SameSite,
    /// Life.
    pub life: Life,
    /// Key of the words that say what it is for.
    pub purpose: &'static str,
    /// Key of the words that say how long it lives.
    pub life_key: &'static str,
}

const DAY: u64 = 24 * 60 * 60;

const fn row(
    role: Role,
    name: &'static str,
    kdecole: Option<&'static str>,
    life: Life,
    purpose: &'static str,
    life_key: &'static str,
) -> CookieRow {
    let same_site = if matches!(role, Role::Landing) {
        SameSite::None
    } else {
        SameSite::Lax
    };
    CookieRow {
        role,
        name,
        kdecole,
        same_site,
        life,
        purpose,
        life_key,
    }
}

const LEGACY_SESSION: Option<&str> = Some("JSESSIONID");
const LEGACY_NODE: Option<&str> = Some("SERVERID");
const LEGACY_TOKEN: Option<&str> = Some("ENTMIPKDE-TOKEN");
const LEGACY_BANNER: Option<&str> = Some("cacherBanniere");

/// All cookies there can be.
pub const REGISTRY: [CookieRow; 8] = [
    row(
        Role::Session,
        "__Host-portique",
        LEGACY_SESSION,
        Life::Browser,
        "cookie-session",
        "cookie-life-session",
    ),
    row(
        Role::Node,
        "__Host-node",
        LEGACY_NODE,
        Life::Browser,
        "cookie-node",
        "cookie-life-browser",
    ),
    row(
        Role::EntToken,
        "__Host-ent",
        LEGACY_TOKEN,
        Life::Seconds(300),
        "cookie-ent",
        "cookie-life-ent",
    ),
    row(
        Role::Flow,
        "__Host-flow-",
        None,
        Life::Seconds(20 * 60),
        "cookie-flow",
        "cookie-life-flow",
    ),
    row(
        Role::Landing,
        "__Host-xs-",
        None,
        Life::Seconds(10 * 60),
        "cookie-landing",
        "cookie-life-landing",
    ),
    row(
        Role::Device,
        "__Host-device",
        None,
        Life::Seconds(180 * DAY),
        "cookie-device",
        "cookie-life-device",
    ),
    row(
        Role::Preferences,
        "__Host-ui",
        None,
        Life::Seconds(182 * DAY),
        "cookie-ui",
        "cookie-life-ui",
    ),
    row(
        Role::Banner,
        "__Host-bandeau",
        LEGACY_BANNER,
        Life::Seconds(182 * DAY),
        "cookie-banner",
        "cookie-life-ui",
    ),
];

impl Role {
    /// Its row.
    pub const fn row(self) -> &'static CookieRow {
        let [
            session,
            node,
            ent,
            flow,
            landing,
            device,
            preferences,
            banner,
        ] = &REGISTRY;
        match self {
            Self::Session => session,
            Self::Node => node,
            Self::EntToken => ent,
            Self::Flow => flow,
            Self::Landing => landing,
            Self::Device => device,
            Self::Preferences => preferences,
            Self::Banner => banner,
        }
    }
}

/// Which set of names is in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CookieNames {
    /// Our own, all with the `__Host-` prefix.
    #[default]
    Default,
    /// The names of the ENT that was there before, for the three cookies that others rely on.
    Kdecole,
}

impl CookieNames {
    /// The name of a cookie.
    pub const fn name(self, role: Role) -> &'static str {
        let row = role.row();
        match (self, row.kdecole) {
            (Self::Kdecole, Some(name)) => name,
            (Self::Kdecole | Self::Default, _) => row.name,
        }
    }

    /// From its word in the settings.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "default" => Some(Self::Default),
            "kdecole" => Some(Self::Kdecole),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_finds_its_own_row() {
        for row in &REGISTRY {
            assert_eq!(row.role.row().name, row.name);
            assert!(row.name.starts_with("__Host-"), "{}", row.name);
        }
    }
}
