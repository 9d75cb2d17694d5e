//! The page around every content: layout, brand, footer, words.

use crate::edge::{Edge, Help};
use crate::errors::spelled;
use crate::facts::Facts;
use crate::icons::{Icon, icon};
use crate::preferences::Theme;
use crate::words::{Arg, Catalogue, Text, Words};
use crate::{assets, edge::Accessibility};
use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use portique_domain::account::ShortRef;
use portique_domain::charter::Language;
use portique_domain::{CivilDate, Timestamp};

/// Whose name stands at the top.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brand {
    /// Name of the establishment or of the instance.
    pub name: String,
    /// Under it, such as the town; may be empty.
    pub place: String,
    /// Where it leads.
    pub href: String,
}

/// What the layouts need; every template has one in its field `p`.
#[derive(Clone, Debug)]
pub struct Page {
    words: Words,
    /// Brand.
    pub brand: Brand,
    /// Theme.
    pub theme: Theme,
    /// The page to come back to from the preferences.
    pub here: String,
    /// State of the accessibility declaration.
    pub accessibility: Accessibility,
    /// Whether the page is about an error: its title says so first.
    pub wrong: bool,
    /// Token of the logout form and of the other forms of a session; empty when nobody is signed in.
    pub session_token: String,
    /// Which link of the main navigation is this page: `portal`, `sessions`, `charter`, `admin`…
    pub current: &'static str,
    /// Whether the person may enter the console.
    pub powers: bool,
    zone: String,
}

impl Page {
    /// A page of the instance.
    pub fn new(facts: &Facts, edge: &Edge) -> Self {
        Self {
            words: Words::new(facts.language),
            brand: Brand {
                name: edge.instance.clone(),
                place: edge.subtitle.clone(),
                href: "/".to_owned(),
            },
            theme: facts.theme(),
            here: facts.here.as_str().to_owned(),
            accessibility: edge.accessibility,
            wrong: false,
            session_token: String::new(),
            current: "",
            powers: false,
            zone: edge.time_zone.clone(),
        }
    }

    /// With the words of another catalogue.
    #[must_use]
    pub fn speaking(mut self, catalogue: &'static Catalogue) -> Self {
        self.words = catalogue.words(self.words.language());
        self
    }

    /// Under the name of an establishment.
    #[must_use]
    pub fn of(mut self, brand: Brand) -> Self {
        self.brand = brand;
        self
    }

    /// As an error page.
    #[must_use]
    pub fn as_error(mut self) -> Self {
        self.wrong = true;
        self
    }

    /// For somebody who is signed in: with her logout form.
    #[must_use]
    pub fn signed_in(mut self, token: String, current: &'static str, powers: bool) -> Self {
        self.session_token = token;
        self.current = current;
        self.powers = powers;
        self
    }

    /// The words.
    pub fn words(&self) -> Words {
        self.words
    }

    /// A message.
    pub fn t(&self, key: &str) -> Text {
        self.words.get(key, &[])
    }

    /// A message with one value.
    pub fn t1(&self, key: &str, name: &str, value: impl Arg) -> Text {
        self.words.get(key, &[(name, &value)])
    }

    /// A message with two values.
    pub fn t2(&self, key: &str, one: &str, a: impl Arg, two: &str, b: impl Arg) -> Text {
        self.words.get(key, &[(one, &a), (two, &b)])
    }

    /// A message for a title or an attribute: plain, to be escaped by the template.
    pub fn plain(&self, key: &str) -> String {
        self.words.plain(key)
    }

    /// A message with one value, for a title or an attribute.
    pub fn plain1(&self, key: &str, name: &str, value: impl Arg) -> String {
        self.words.get(key, &[(name, &value)]).plain
    }

    /// An icon.
    pub fn icon(&self, name: &str) -> Icon {
        icon(name)
    }

    /// The tag of `<html lang>`.
    pub fn lang(&self) -> &'static str {
        self.words.language().tag()
    }

    /// Whether this is a language nobody has read over yet.
    pub fn unreviewed(&self) -> bool {
        self.words.language() == Language::Occitan
    }

    /// Value of `data-theme`.
    pub fn forced_theme(&self) -> Option<&'static str> {
        self.theme.attribute()
    }

    /// `true` or `false` for `aria-pressed` of a theme.
    pub fn theme_pressed(&self, code: &str) -> bool {
        self.theme.code() == code
    }

    /// `true` or `false` for `aria-pressed` of a language.
    pub fn speaks(&self, tag: &str) -> bool {
        self.lang() == tag
    }

    /// Address of the stylesheet.
    pub fn style(&self) -> &'static str {
        &assets::STYLE.path
    }

    /// Address of the script.
    pub fn script(&self) -> &'static str {
        &assets::SCRIPT.path
    }

    /// Words of the accessibility state.
    pub fn access_state(&self) -> Text {
        self.t(self.accessibility.key())
    }

    /// A day in words, such as `24 novembre 2026`.
    pub fn day(&self, day: CivilDate) -> String {
        let (year, month, day) = day.parts();
        let month = self.plain(&format!("month-{month}"));
        self.words
            .get(
                "date-day",
                &[
                    ("day", &i64::from(day)),
                    ("month", &month),
                    ("year", &year.to_string()),
                ],
            )
            .plain
    }

    /// The local day of an instant, in words.
    pub fn date(&self, at: Timestamp) -> String {
        self.day(self.local_day(at))
    }

    /// An instant in words, such as `24 novembre 2026 à 14 h 05`.
    pub fn moment(&self, at: Timestamp) -> String {
        let Some(local) = self.local(at) else {
            return self.date(at);
        };
        let minute = format!("{:02}", local.minute());
        let day = self.date(at);
        let hour = local.hour().to_string();
        self.words
            .get(
                "date-moment",
                &[("day", &day), ("hour", &hour), ("minute", &minute)],
            )
            .plain
    }

    /// A month in words, such as `novembre 2026`.
    pub fn month(&self, day: CivilDate) -> String {
        let (year, month, _) = day.parts();
        let month = self.plain(&format!("month-{month}"));
        let values: [(&str, &dyn Arg); 2] = [("month", &month), ("year", &year.to_string())];
        self.words.get("date-month", &values).plain
    }

    /// The local day of an instant.
    pub fn local_day(&self, at: Timestamp) -> CivilDate {
        let day = self.local(at).map(|local| {
            CivilDate::new(local.year(), local.month(), local.day()).unwrap_or_else(|_| at.day())
        });
        day.unwrap_or_else(|| at.day())
    }

    /// The instant at which a day begins here.
    pub fn start_of(&self, day: CivilDate) -> Timestamp {
        let (year, month, date) = day.parts();
        let zone = jiff::tz::TimeZone::get(&self.zone).unwrap_or(jiff::tz::TimeZone::UTC);
        jiff::civil::Date::new(year, month, date)
            .and_then(|date| date.to_zoned(zone))
            .map_or_else(
                |_| day.start(),
                |zoned| Timestamp::from_millis(zoned.timestamp().as_millisecond()),
            )
    }

    fn local(&self, at: Timestamp) -> Option<jiff::civil::DateTime> {
        let stamp = jiff::Timestamp::from_millisecond(at.millis()).ok()?;
        let zone = jiff::tz::TimeZone::get(&self.zone).unwrap_or(jiff::tz::TimeZone::UTC);
        Some(zone.to_datetime(stamp))
    }

    /// A short number spelled aloud.
    pub fn spelled(&self, reference: &ShortRef) -> String {
        spelled(self.words, *reference)
    }

    /// Whether there is anybody to name for help.
    pub fn helps(&self, help: &Help) -> bool {
        !help.is_empty()
    }
}

/// An answer made of a template.
pub fn html(status: StatusCode, template: &impl Template) -> Response {
    let Ok(body) = template.render() else {
        // Templates only fail when a value cannot be written; nothing of it may be shown.
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    (status, [(header::CONTENT_TYPE, kind)], body).into_response()
}
