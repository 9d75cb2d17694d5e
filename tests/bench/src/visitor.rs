//! People at a browser: they activate, log in, look, log out.

use crate::http::{Answer, Client};
use crate::page;
use anyhow::{Context as _, bail, ensure};

/// The session cookie.
pub const SESSION: &str = "__Host-portique";

/// The ENT token.
pub const TOKEN: &str = "__Host-ent";

/// Redirects in a row.
const REDIRECTS: usize = 6;

/// Steps of the hub.
const STEPS: usize = 8;

/// Follows redirects to a page.
pub fn follow(client: &mut Client, mut answer: Answer) -> anyhow::Result<Answer> {
    for _ in 0..REDIRECTS {
        let Some(location) = answer.location.take() else {
            return Ok(answer);
        };
        answer = client.get(&location)?;
    }
    bail!("redirects without end")
}

/// Opens a page, wherever it leads.
pub fn open(client: &mut Client, path: &str) -> anyhow::Result<Answer> {
    let answer = client.get(path)?;
    follow(client, answer)
}

/// Posts a form of a page with its hidden fields. The answer is not followed.
pub fn submit(
    client: &mut Client,
    html: &str,
    action: &str,
    fields: &[(&str, &str)],
) -> anyhow::Result<Answer> {
    let form = page::form(html, action).with_context(|| format!("no form for {action}"))?;
    let mut all = page::hidden(form);
    all.extend(
        fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    );
    client.post(action, &all)
}

/// Shows a login and a password; the answer is that of the form, 303 with a session cookie when it went
/// well.
pub fn login(client: &mut Client, username: &str, password: &str) -> anyhow::Result<Answer> {
    let shown = client.get("/login/eleve")?;
    ensure!(shown.status == 200, "the login answered {}", shown.status);
    submit(
        client,
        &shown.body,
        "/login",
        &[("username", username), ("password", password)],
    )
}

/// Shows a letter; the answer is that of the form.
pub fn show_letter(
    client: &mut Client,
    username: &str,
    code: &str,
    birth_date: &str,
) -> anyhow::Result<Answer> {
    let shown = client.get("/activate")?;
    let mut date = birth_date.split('-');
    let mut part = || date.next().unwrap_or_default();
    let (year, month, day) = (part(), part(), part());
    submit(
        client,
        &shown.body,
        "/activate",
        &[
            ("username", username),
            ("code", code),
            ("birth_day", day),
            ("birth_month", month),
            ("birth_year", year),
        ],
    )
}

/// How an activation ended.
#[derive(Clone, Debug, Default)]
pub struct Activated {
    /// The password that was sent.
    pub password: Option<String>,
    /// The gateway said that it keeps it: the code is spent.
    pub saved: bool,
}

/// Goes through an activation from the letter to the portal. What was reached is in `reached`, also
/// when the gateway goes away on the way.
pub fn activate(
    client: &mut Client,
    username: &str,
    code: &str,
    birth_date: &str,
    reached: &mut Activated,
) -> anyhow::Result<()> {
    let mut answer = show_letter(client, username, code, birth_date)?;
    ensure!(
        answer.status == 303,
        "the letter answered {}",
        answer.status
    );
    for _ in 0..STEPS {
        let shown = follow(client, answer)?;
        let html = shown.body.as_str();
        if page::form(html, "/activate/confirm").is_some() {
            answer = submit(client, html, "/activate/confirm", &[("answer", "yes")])?;
        } else if page::form(html, "/charter").is_some() {
            answer = submit(client, html, "/charter", &[("accept", "on")])?;
        } else if page::form(html, "/activate/password").is_some() {
            let phrase = page::text_of(html, "output class=\"phrase\"").context("no phrase")?;
            reached.password = Some(phrase.clone());
            let fields = [("password", phrase.as_str())];
            answer = submit(client, html, "/activate/password", &fields)?;
            reached.saved = answer.status == 303;
        } else {
            ensure!(reached.saved, "the activation ends at {}", shown.status);
            return Ok(());
        }
    }
    bail!("the activation never ends")
}

/// Whether the portal knows who is there.
pub fn is_in(client: &mut Client) -> anyhow::Result<bool> {
    let shown = client.get("/sessions")?;
    Ok(shown.status == 200)
}

/// Logs out; `true` when the gateway said that it is done.
pub fn logout(client: &mut Client) -> anyhow::Result<bool> {
    let shown = client.get("/")?;
    let answer = submit(client, &shown.body, "/logout", &[])?;
    Ok(answer.status == 303)
}
