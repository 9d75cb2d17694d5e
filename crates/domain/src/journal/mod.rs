//! Access events: the closed schema of the access log (ux-and-law §2.3, R-52).
//!
//! No free text, no user-agent, no value of any attribute. What identifies is keyed or sealed by the
//! store under the day's own key; here it is still readable.

use crate::Timestamp;
use crate::account::ShortRef;
use crate::identity::{EstablishmentId, PersonId, Profile};
use crate::rights::Actor;
use crate::session::DeviceClass;
use core::net::IpAddr;
use uuid::Uuid;

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The stable code, in the log and in machine output.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// From its code.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.code() == code)
            }
        }
    };
}

codes! {
    /// What happened.
    EventCode {
        /// A login and a password were shown.
        LoginPassword = "login.password",
        /// A login, an activation code and a birth date were shown.
        LoginCode = "login.code",
        /// A second factor was shown.
        SecondFactor = "login.second_factor",
        /// A second factor was enrolled.
        SecondFactorEnrolled = "login.second_factor_enrolled",
        /// An account was activated.
        Activation = "account.activation",
        /// The owner of a paper said that it is not hers.
        CodeDisowned = "account.code_disowned",
        /// A password was saved.
        PasswordSaved = "account.password_saved",
        /// A charter was accepted.
        CharterAccepted = "charter.accepted",
        /// A charter was published.
        CharterPublished = "charter.published",
        /// A session opened.
        SessionOpened = "session.opened",
        /// A session was closed by its owner.
        Logout = "session.logout",
        /// Sessions were ended by somebody else or by a rule.
        SessionEnded = "session.ended",
        /// An attempt was refused unlooked at.
        Throttled = "login.throttled",
        /// An activation code was drawn.
        CodeIssued = "admin.code_issued",
        /// An account was frozen.
        Frozen = "admin.frozen",
        /// An account was unfrozen.
        Unfrozen = "admin.unfrozen",
        /// A second factor was forgotten.
        FactorForgotten = "admin.factor_forgotten",
        /// A person's page was read.
        PersonRead = "admin.person_read",
        /// People were listed.
        PeopleListed = "admin.people_listed",
        /// An administrator was invited.
        AdminInvited = "admin.invited",
        /// A power was given.
        Granted = "admin.granted",
        /// A power was taken back.
        Revoked = "admin.revoked",
        /// A feed was planned.
        FeedPlanned = "feed.planned",
        /// A guard of a plan was lifted.
        GuardLifted = "feed.guard_lifted",
        /// A feed was applied.
        FeedApplied = "feed.applied",
        /// The journal was searched.
        JournalSearched = "journal.searched",
        /// Days of the journal were purged.
        JournalPurged = "journal.purged",
        /// A key was made or moved to another slot.
        KeyMoved = "keys.moved",
        /// An error page was shown.
        Fault = "fault",
    }
}

codes! {
    /// Intent before, outcome after, or a fact that needs no intent.
    Phase {
        /// Somebody is about to be let in or to act; durable before the answer.
        Intent = "intent",
        /// What became of an intent.
        Outcome = "outcome",
        /// A fact by itself.
        Fact = "fact",
    }
}

codes! {
    /// How it went.
    ResultCode {
        /// Under way (intents).
        Asked = "asked",
        /// Done.
        Done = "done",
        /// Refused by a rule.
        Refused = "refused",
        /// Failed on our side.
        Failed = "failed",
    }
}

codes! {
    /// Why it went so.
    ReasonCode {
        /// Login or password wrong.
        WrongPassword = "wrong_password",
        /// Login, code or birth date wrong.
        WrongCode = "wrong_code",
        /// The code was spent before.
        SpentCode = "spent_code",
        /// The code is too old.
        ExpiredCode = "expired_code",
        /// Second factor wrong.
        WrongFactor = "wrong_factor",
        /// Too many tries.
        TooManyTries = "too_many_tries",
        /// The account is closed.
        AccountClosed = "account_closed",
        /// The charter was not accepted.
        CharterRefused = "charter_refused",
        /// Outside the perimeter of the one who asked.
        OutOfScope = "out_of_scope",
        /// The flow waited too long or belongs to another browser.
        FlowLost = "flow_lost",
        /// A forged or stale form.
        Forged = "forged",
        /// No such page.
        NotFound = "not_found",
        /// Our own fault.
        Internal = "internal",
        /// The access log could not be written.
        LogDown = "log_down",
        /// A store did not answer.
        StoreDown = "store_down",
        /// Too busy.
        Busy = "busy",
        /// The feed holds an error.
        BadFeed = "bad_feed",
        /// A guard holds.
        GuardHolds = "guard_holds",
    }
}

/// One line of the access log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessEvent {
    /// Time-ordered id of the line.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// Ties an intent and its outcome.
    pub correlation: Uuid,
    /// Intent, outcome or fact.
    pub phase: Phase,
    /// What.
    pub code: EventCode,
    /// How it went.
    pub result: ResultCode,
    /// Why, if it did not simply go well.
    pub reason: Option<ReasonCode>,
    /// Who, if known.
    pub actor: Option<Actor>,
    /// The actor's profile.
    pub profile: Option<Profile>,
    /// In which establishment.
    pub establishment: Option<EstablishmentId>,
    /// On whom.
    pub target: Option<PersonId>,
    /// From which address.
    pub address: Option<IpAddr>,
    /// In which session, by its public id.
    pub session: Option<Uuid>,
    /// On which class of device.
    pub device: Option<DeviceClass>,
    /// The short number that the person was shown.
    pub reference: Option<ShortRef>,
}
