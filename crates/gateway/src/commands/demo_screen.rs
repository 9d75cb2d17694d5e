//! The one screen of a demonstration, and the same for machines.

use crate::wiring::App;
use portique_domain::CivilDate;
use serde::Serialize;
use serde_json::json;

/// A letter, as the screen shows it.
#[derive(Serialize)]
pub(super) struct Letter {
    pub(super) who: &'static str,
    pub(super) name: String,
    pub(super) username: String,
    /// Absent once the account is activated.
    pub(super) code: Option<String>,
    pub(super) birth_date: String,
}

pub(super) fn json_line(
    app: &App,
    letters: &[Letter],
    link: Option<&str>,
    application: &str,
) -> anyhow::Result<String> {
    let value = json!({
        "address": app.journeys.issuer,
        "application": application,
        "management": format!("http://{}", app.settings.management.listen),
        "data": app.folder.path().display().to_string(),
        "mails": app.folder.path().join("mails").display().to_string(),
        "letters": letters,
        "admin_link": link,
    });
    Ok(serde_json::to_string(&value)?)
}

fn french_date(iso: &str) -> String {
    iso.parse::<CivilDate>()
        .map(CivilDate::french)
        .unwrap_or_default()
}

pub(super) fn screen(
    app: &App,
    letters: &[Letter],
    link: Option<&str>,
    application: &str,
) -> String {
    let mut out = String::new();
    let mut say = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    let address = &app.journeys.issuer;
    let portique = std::env::args()
        .next()
        .unwrap_or_else(|| "portique".to_owned());
    let data = app.folder.path().display();
    say(String::new());
    say(format!("  Portique est ouvert : {address}"));
    say(
        "  Région fictive : personnes, lieux et codes inventés. Rien ne sort de cette machine."
            .to_owned(),
    );
    say(String::new());
    say(format!(
        "  Lettres d’activation, neuves à chaque départ, à taper sur {address}/activate"
    ));
    for letter in letters {
        let who = match letter.who {
            "pupil" => "Élève     ",
            "parent" => "Parent    ",
            _ => "Enseignant",
        };
        let code = letter.code.as_deref().unwrap_or("(déjà activé)");
        let born = if letter.who == "parent" {
            "date de naissance d’un enfant"
        } else {
            "né·e le"
        };
        say(format!("    {who}  {}", letter.name));
        say(format!(
            "                identifiant {}   code {code}   {born} {}",
            letter.username,
            french_date(&letter.birth_date)
        ));
    }
    say(String::new());
    match link {
        Some(link) => {
            say("  Administratrice de la région, tous les pouvoirs (lien à usage unique, 24 heures) :".to_owned());
            say(format!("    {link}"));
        }
        None => say(format!(
            "  Nouvelle administratrice : {portique} --data {data} admin create --first Ada --last Exemple --reason essai"
        )),
    }
    say(String::new());
    say(format!(
        "  Une application qui n’est pas l’ENT, ouverte par une tuile : {application}/carnet/"
    ));
    say(String::new());
    say(format!(
        "  Un manuel, donné à la classe de l’élève : {address}/mediacentre"
    ));
    say(format!(
        "  Ce que l’ENT sait de chacun, et qui l’a reçu : {address}/me"
    ));
    say(String::new());
    say("  À essayer : activer l’élève, refuser puis accepter la charte, se tromper de mot de passe ;".to_owned());
    say("  ouvrir la console (/admin), chercher une personne, la mettre en pause ; lire le journal :".to_owned());
    say(format!("    {portique} --data {data} journal search"));
    say(format!(
        "  Mails : aucun ne part d’ici. Ils s’écrivent dans {data}/mails, un fichier .eml chacun ;"
    ));
    say(format!(
        "  donner son adresse ({address}/me/mail), puis essayer « Mot de passe oublié »."
    ));
    say(format!(
        "  Données gardées dans {data} ; recommencer : ajoutez --reset. Arrêter : Ctrl-C."
    ));
    out.trim_end().to_owned()
}
