//! How one record fares: the one rule, for the counts of a plan and for whoever lists its changes.

/// How one record fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// New.
    Created,
    /// Known, changed in place.
    Updated,
    /// Known, now in another establishment.
    Moved,
    /// Known, gone.
    Left,
    /// Had left, is back.
    Returned,
    /// Known, nothing changed.
    Unchanged,
    /// Set aside.
    Held,
}

impl Fate {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Created,
        Self::Updated,
        Self::Moved,
        Self::Left,
        Self::Returned,
        Self::Unchanged,
        Self::Held,
    ];

    /// Its word, as the counts of a plan name it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Moved => "moved",
            Self::Left => "left",
            Self::Returned => "returned",
            Self::Unchanged => "unchanged",
            Self::Held => "held",
        }
    }

    /// From its word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fate| fate.word() == word)
    }

    /// Whether somebody has something to look at.
    pub const fn is_change(self) -> bool {
        match self {
            Self::Created | Self::Updated | Self::Moved | Self::Left | Self::Returned => true,
            Self::Unchanged | Self::Held => false,
        }
    }
}

/// What is known of a record that came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Another record leads her: as long as she is here, this one says nothing.
    pub alias: bool,
    /// She is marked as disappeared.
    pub disappeared: bool,
    /// The digest is that of the record applied last.
    pub same: bool,
}

/// How a person fares whose record came. `bridged`: not known by this id, and known by her INE, so that this
/// source leads her from now on, or does not because a stronger one sends her; `elsewhere`: her
/// establishments differ, asked only where it decides.
pub fn fate(known: Option<Seen>, bridged: Option<bool>, elsewhere: impl FnOnce() -> bool) -> Fate {
    match known {
        None if bridged == Some(true) => Fate::Moved,
        // A stronger source sends her: this one says nothing of her.
        None if bridged == Some(false) => Fate::Unchanged,
        None => Fate::Created,
        Some(seen) if seen.alias && !seen.disappeared => Fate::Unchanged,
        Some(seen) if seen.disappeared => Fate::Returned,
        Some(seen) if seen.same => Fate::Unchanged,
        Some(_) if elsewhere() => Fate::Moved,
        Some(_) => Fate::Updated,
    }
}
