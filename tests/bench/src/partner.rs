//! An application that signs people in: its declaration, and both ends of its code flow.

use crate::command::Binary;
use crate::http::Client;
use anyhow::{Context as _, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use portique_jose::digest::sha256;
use std::path::Path;
use std::time::Duration;
use url::Url;
use url::form_urlencoded::Serializer;

/// A command of this kind takes no longer.
const LIMIT: Duration = Duration::from_secs(30);

/// Where the browser is sent back to. Nobody listens there: the bench reads the address.
const RETURN: &str = "http://127.0.0.1:9/retour";

/// A verifier (RFC 7636 §4.1).
const VERIFIER: &str = "un-verificateur-de-quarante-trois-signes-ou-plus";

/// The declaration; what stands between braces is filled in.
const FILE: &str = r#"
id = "{id}"
name = "Application de mesure {id}"
description = "Mesure ce que coûte une connexion."
provider = "Banc de mesure"
launch = "http://127.0.0.1:9/"
state = "ouvert"

[legal]
controller = "chef-etablissement"
role = "sous-traitant"
basis = "mission-publique"
references = "Règlement (UE) 2016/679, article 6.1.e."
contract = "MESURE-1"
hosting = "FR"

[access]
profiles = ["National_ELV", "National_TUT", "National_ENS"]
establishments = ["tous"]

[release]
subject = "short"
approved_by = "Déléguée fictive à la protection des données"
approved_on = "2026-09-01"

[[release.attributes]]
attribute = "prenom"
purpose = "pedagogie"
justification = "Saluer la personne."

[[release.attributes]]
attribute = "profil"
purpose = "pedagogie"
justification = "Ouvrir la bonne page."

[[release.attributes]]
attribute = "classes"
purpose = "pedagogie"
justification = "Montrer les projets de la classe."

[oidc]
client_id = "{id}"
auth = "secret"
redirect_uris = ["http://127.0.0.1:9/retour"]
pkce_required = true
id_token_alg = "{alg}"
"#;

/// A partner that is declared and open.
#[derive(Clone, Debug)]
pub struct Partner {
    /// Path and query of its authorization request.
    authorize: String,
    /// The header `Authorization` of its token request.
    basic: String,
}

/// What the token endpoint gave.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// The header `Authorization` of a userinfo request.
    pub bearer: String,
}

impl Partner {
    /// Declares it at the gateway that holds a data folder, and draws its secret.
    pub fn declare(binary: &Binary, data: &Path, id: &str, alg: &str) -> anyhow::Result<Self> {
        let file = data.with_extension(format!("{id}.toml"));
        std::fs::write(&file, FILE.replace("{id}", id).replace("{alg}", alg))?;
        let (file, data) = (file.to_string_lossy(), data.to_string_lossy());
        let apply = ["partner", "apply", &file, "--json", "--data", &data];
        binary.run(&apply, LIMIT)?.well().context("partner apply")?;
        let draw = ["partner", "secret", id, "--json", "--data", &data];
        let drawn = binary.run(&draw, LIMIT)?.well()?.json()?;
        let secret = drawn.get("client_secret").and_then(|one| one.as_str());
        let secret = secret.context("no secret was drawn")?;
        let challenge = URL_SAFE_NO_PAD.encode(sha256(VERIFIER.as_bytes()));
        let query = Serializer::new(String::new())
            .append_pair("response_type", "code")
            .append_pair("client_id", id)
            .append_pair("redirect_uri", RETURN)
            .append_pair("scope", "openid profile ent")
            .append_pair("state", "l-etat-de-la-demande-0123456789")
            .append_pair("nonce", "le-nombre-de-la-demande-0123456789")
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256")
            .finish();
        Ok(Self {
            authorize: format!("/oidc/authorize?{query}"),
            basic: format!("Basic {}", STANDARD.encode(format!("{id}:{secret}"))),
        })
    }

    /// A browser with a session asks for a code.
    pub fn authorize(&self, browser: &mut Client) -> anyhow::Result<String> {
        let answer = browser.get(&self.authorize)?;
        let to = answer.location.as_deref().unwrap_or_default();
        ensure!(
            answer.status == 303 && to.starts_with("/retour?"),
            "authorize answered {} to {to}",
            answer.status
        );
        let url = Url::parse("http://127.0.0.1:9")?.join(to)?;
        let mut pairs = url.query_pairs();
        let code = pairs.find(|(name, _)| name == "code");
        Ok(code.context("no code came")?.1.into_owned())
    }

    /// Exchanges a code.
    pub fn exchange(&self, machine: &mut Client, code: &str) -> anyhow::Result<Tokens> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", RETURN),
            ("code_verifier", VERIFIER),
        ];
        let answer = machine.post_with("/oidc/token", &form, &self.basic)?;
        ensure!(answer.status == 200, "token answered {}", answer.status);
        let json: serde_json::Value = serde_json::from_str(&answer.body)?;
        let text = |name: &str| json.get(name).and_then(|one| one.as_str());
        ensure!(text("id_token").is_some(), "no ID token came");
        let access = text("access_token").context("no access token came")?;
        Ok(Tokens {
            bearer: format!("Bearer {access}"),
        })
    }

    /// Asks who it is.
    pub fn userinfo(machine: &mut Client, tokens: &Tokens) -> anyhow::Result<()> {
        let answer = machine.get_with("/oidc/userinfo", &tokens.bearer)?;
        ensure!(
            answer.status == 200 && answer.body.contains("\"sub\""),
            "userinfo answered {}",
            answer.status
        );
        Ok(())
    }

    /// The whole flow: authorize, token, userinfo.
    pub fn flow(&self, browser: &mut Client, machine: &mut Client) -> anyhow::Result<()> {
        let code = self.authorize(browser)?;
        let tokens = self.exchange(machine, &code)?;
        Self::userinfo(machine, &tokens)
    }
}
