//! What the pages need from the settings.

use portique_domain::identity::Profile;
use portique_domain::partner::Purpose;
use portique_journeys::{Clock, Journeys};
use portique_ui::Edge;
use std::sync::Arc;

/// The state of the router.
#[derive(Clone, Debug)]
pub struct Web {
    /// Journeys.
    pub journeys: Arc<Journeys>,
    /// Clock, read once a request.
    pub clock: Arc<dyn Clock>,
    /// Settings.
    pub settings: Arc<WebSettings>,
}

/// Settings of the pages.
#[derive(Clone, Debug)]
pub struct WebSettings {
    /// What the console shares.
    pub edge: Arc<Edge>,
    /// Who publishes and answers for the data.
    pub publisher: Publisher,
    /// Applications on the portal besides those of partners: links that receive nothing.
    pub tiles: Vec<Tile>,
    /// Practical information on public homes.
    pub infos: Vec<Shortcut>,
    /// Where the console is, when this instance has one here; shown to people with powers.
    pub console: Option<String>,
}

/// Facts of the legal pages. What is empty is said to be missing, never made up.
#[derive(Clone, Debug, Default)]
pub struct Publisher {
    /// Publisher.
    pub name: String,
    /// Director of publication.
    pub director: String,
    /// Postal address.
    pub address: String,
    /// Host, with its address.
    pub host: String,
    /// Who answers for the data (GDPR article 4 §7).
    pub controller: String,
    /// Data protection officer.
    pub dpo: String,
    /// Mail of the officer.
    pub dpo_mail: String,
}

/// Groups of the portal, in the order shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// Apprendre.
    Learn,
    /// Vie scolaire.
    SchoolLife,
    /// Communiquer.
    Talk,
    /// Gérer.
    Manage,
    /// Services publics.
    Public,
}

impl Category {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Learn,
        Self::SchoolLife,
        Self::Talk,
        Self::Manage,
        Self::Public,
    ];

    /// Key of its name.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Learn => "portal-learn",
            Self::SchoolLife => "portal-school-life",
            Self::Talk => "portal-talk",
            Self::Manage => "portal-manage",
            Self::Public => "portal-public",
        }
    }

    /// The group of a purpose. A partner that receives nothing besides the anonymous code names none.
    pub(crate) const fn of(purpose: Option<Purpose>) -> Self {
        match purpose {
            None | Some(Purpose::Pedagogy | Purpose::VirtualClass | Purpose::Gar) => Self::Learn,
            Some(Purpose::SchoolLife) => Self::SchoolLife,
            Some(Purpose::Communication | Purpose::Territory) => Self::Talk,
            Some(Purpose::Running) => Self::Manage,
            Some(Purpose::PublicInformation) => Self::Public,
        }
    }

    /// The icon of a partner's tile.
    pub(crate) const fn icon(self) -> &'static str {
        match self {
            Self::Learn => "book",
            Self::SchoolLife => "calendar",
            Self::Talk => "chat",
            Self::Manage => "gear",
            Self::Public => "info",
        }
    }

    /// Its colour.
    pub(crate) const fn hue(self) -> &'static str {
        match self {
            Self::Learn => "hue1",
            Self::SchoolLife => "hue2",
            Self::Talk => "hue3",
            Self::Manage => "hue4",
            Self::Public => "hue5",
        }
    }
}

/// An address with a name.
#[derive(Clone, Debug)]
pub struct Shortcut {
    /// Name: the text of the link.
    pub name: String,
    /// A few words, may be empty.
    pub text: String,
    /// A path of ours or an `https` address.
    pub href: String,
    /// Name of an icon of `icons.svg`.
    pub icon: String,
}

impl Shortcut {
    /// Whether the address is one that a link may carry: anything else is not shown.
    pub fn is_safe(&self) -> bool {
        let local = portique_domain::login::LocalPath::parse(&self.href).is_some();
        local || self.href.starts_with("https://") || self.href.starts_with("http://")
    }
}

/// An application on the portal.
#[derive(Clone, Debug)]
pub struct Tile {
    /// Where it leads.
    pub shortcut: Shortcut,
    /// Its group.
    pub category: Category,
    /// For whom; everybody when empty.
    pub profiles: Vec<Profile>,
}

/// The key of a profile's name.
pub(crate) const fn profile_key(profile: Profile) -> &'static str {
    match profile {
        Profile::Pupil => "profile-pupil",
        Profile::Relative => "profile-relative",
        Profile::Teacher => "profile-teacher",
        Profile::Documentalist => "profile-documentalist",
        Profile::Direction => "profile-direction",
        Profile::SchoolLife => "profile-school-life",
        Profile::Staff => "profile-staff",
        Profile::Academic => "profile-academic",
        Profile::Collectivite => "profile-collectivite",
        Profile::Guest => "profile-guest",
    }
}
