//! Theme and language: a form in the footer of every page.

use crate::ask::{Ask, taken};
use crate::settings::Web;
use crate::stop::Answer;
use crate::trail::{see_other, with_cookies};
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use portique_domain::charter::Language;
use portique_domain::login::LocalPath;
use portique_ui::{Preferences, Role, Theme};
use serde::Deserialize;

/// The button that was pressed, and the page to come back to.
#[derive(Deserialize)]
pub(crate) struct PreferencesForm {
    theme: Option<String>,
    lang: Option<String>,
    #[serde(rename = "return")]
    back: Option<String>,
}

/// POST `/preferences`. Nothing here concerns a person, so the origin check alone guards it.
pub(crate) async fn save(
    State(web): State<Web>,
    ask: Ask,
    form: Result<axum::Form<PreferencesForm>, FormRejection>,
) -> Answer {
    let form = taken(form)?;
    let before = ask.facts.preferences;
    let preferences = Preferences {
        language: form
            .lang
            .as_deref()
            .and_then(Language::from_tag)
            .or(before.language),
        theme: form
            .theme
            .as_deref()
            .and_then(Theme::from_code)
            .unwrap_or(before.theme),
        desk: before.desk,
    };
    let back = form.back.as_deref().and_then(LocalPath::parse);
    let back = back.as_ref().map_or("/", LocalPath::as_str);
    let cookie = web
        .settings
        .edge
        .cookies
        .set(Role::Preferences, &preferences.value());
    Ok(with_cookies(see_other(&without_language(back)), [cookie]))
}

/// `?lang=` in the address would win over the choice just made.
fn without_language(path: &str) -> String {
    let Some((path, query)) = path.split_once('?') else {
        return path.to_owned();
    };
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| !pair.starts_with("lang="))
        .collect();
    if kept.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", kept.join("&"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_just_chosen_is_not_overruled_by_the_address() {
        assert_eq!(
            without_language("/login?lang=en&return=%2Fme"),
            "/login?return=%2Fme"
        );
        assert_eq!(without_language("/login?lang=en"), "/login");
        assert_eq!(without_language("/login"), "/login");
    }
}
