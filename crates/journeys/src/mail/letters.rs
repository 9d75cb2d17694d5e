//! The words of the mails: French first, then English, in one plain text, since the one who reads may
//! not be the one whose language we know. Words of pages live in the catalogues of `ui`; a mail has no
//! page around it.

use crate::Journeys;
use crate::ports::{Mail, Subject};
use portique_domain::identity::{Login, MailAddress};

/// What every mail ends with.
fn foot(journeys: &Journeys) -> String {
    let (instance, issuer) = (&journeys.instance, &journeys.issuer);
    format!(
        "-- \n{instance} – {issuer}\n\
         Message automatique : on ne lit pas les réponses. Personne ne vous demandera jamais votre mot de passe.\n\
         Automatic message: replies are not read. Nobody will ever ask you for your password.\n"
    )
}

fn mail(journeys: &Journeys, to: MailAddress, subject: &str, french: &str, english: &str) -> Mail {
    let foot = foot(journeys);
    Mail {
        to,
        subject: Subject::new(&format!("{} – {subject}", journeys.instance)),
        text: format!("{french}\n\n* * * English * * *\n\n{english}\n\n{foot}"),
    }
}

/// The link to choose a new password.
pub(super) fn link(journeys: &Journeys, to: MailAddress, login: &Login, link: &str) -> Mail {
    let help = format!("{}/aide", journeys.issuer);
    let french = format!(
        "Bonjour,\n\n\
         Quelqu’un a demandé un nouveau mot de passe pour le compte « {login} ».\n\
         C’est vous ? Ouvrez ce lien. Il marche 30 minutes et ne sert qu’une fois :\n\n{link}\n\n\
         Ce n’était pas vous ? Ne faites rien : votre mot de passe ne change pas. Vous pouvez aussi le signaler : {help}"
    );
    let english = format!(
        "Somebody asked for a new password for the account \"{login}\".\n\
         Was it you? Open the link above. It works for 30 minutes and only once.\n\
         Was it not you? Do nothing: your password stays as it is. You can also tell us: {help}"
    );
    mail(
        journeys,
        to,
        "nouveau mot de passe / new password",
        &french,
        &english,
    )
}

/// The logins of an address.
pub(super) fn logins(journeys: &Journeys, to: MailAddress, logins: &[Login]) -> Mail {
    let list: Vec<String> = logins.iter().map(|login| format!("  {login}")).collect();
    let list = list.join("\n");
    let door = format!("{}/login", journeys.issuer);
    let french = format!(
        "Bonjour,\n\n\
         Voici ce qui est enregistré avec cette adresse. Identifiants :\n\n{list}\n\n\
         Pour vous connecter : {door}\n\n\
         Vous n’avez rien demandé ? Ne faites rien."
    );
    let english = format!(
        "The list above shows the logins kept with this address.\nTo log in: {door}\n\
         You did not ask? Do nothing."
    );
    mail(
        journeys,
        to,
        "votre identifiant / your login",
        &french,
        &english,
    )
}

/// The code that proves an address. It names no account: the address may be a stranger's.
pub(super) fn code(journeys: &Journeys, to: MailAddress, code: &str) -> Mail {
    let french = format!(
        "Bonjour,\n\n\
         Voici votre code, à taper sur la page où vous avez donné cette adresse :\n\n  {code}\n\n\
         Il marche 15 minutes. Ne le donnez à personne.\n\
         Vous n’avez rien demandé ? Quelqu’un s’est trompé d’adresse. Ne faites rien."
    );
    let english = "The number above is your code: type it on the page where you gave this address.\n\
         It works for 15 minutes. Give it to nobody.\n\
         You did not ask? Somebody typed a wrong address. Do nothing.";
    mail(journeys, to, "votre code / your code", &french, english)
}

/// What to do when it was somebody else.
fn alarm(journeys: &Journeys) -> (String, String) {
    let (forgot, help) = (
        format!("{}/forgot", journeys.issuer),
        format!("{}/aide", journeys.issuer),
    );
    (
        format!(
            "Ce n’était pas vous ? Prévenez vite votre établissement : il peut bloquer le compte et vous donner un code. Aide : {help}\n\
             Si cette adresse est encore celle du compte, vous pouvez aussi choisir tout de suite un nouveau mot de passe : {forgot}"
        ),
        format!(
            "Was it not you? Tell your school quickly: it can block the account and give you a code. Help: {help}\n\
             If this is still the address of the account, you can also choose a new password at once: {forgot}"
        ),
    )
}

/// The password has changed.
pub(super) fn new_password(journeys: &Journeys, to: MailAddress, login: &Login) -> Mail {
    let (alarm_fr, alarm_en) = alarm(journeys);
    let french = format!(
        "Bonjour,\n\n\
         Le mot de passe du compte « {login} » vient de changer. Les autres appareils ont été déconnectés.\n\
         C’était vous ? Il n’y a rien à faire.\n\n{alarm_fr}"
    );
    let english = format!(
        "The password of the account \"{login}\" has just changed. The other devices were logged out.\n\
         Was it you? There is nothing to do.\n\n{alarm_en}"
    );
    mail(
        journeys,
        to,
        "votre mot de passe a changé / your password has changed",
        &french,
        &english,
    )
}

/// Another address took the place of this one.
pub(super) fn address_changed(journeys: &Journeys, to: MailAddress, login: &Login) -> Mail {
    let (alarm_fr, alarm_en) = alarm(journeys);
    let french = format!(
        "Bonjour,\n\n\
         Le compte « {login} » utilise maintenant une autre adresse de mail. Nous n’écrirons plus ici.\n\n{alarm_fr}"
    );
    let english = format!(
        "The account \"{login}\" now uses another mail address. We will not write here any more.\n\n{alarm_en}"
    );
    mail(
        journeys,
        to,
        "votre adresse a changé / your address has changed",
        &french,
        &english,
    )
}

/// The address is kept no more.
pub(super) fn address_removed(journeys: &Journeys, to: MailAddress, login: &Login) -> Mail {
    let (alarm_fr, alarm_en) = alarm(journeys);
    let french = format!(
        "Bonjour,\n\n\
         Cette adresse a été retirée du compte « {login} ». Nous n’écrirons plus ici.\n\n{alarm_fr}"
    );
    let english = format!(
        "This address was removed from the account \"{login}\". We will not write here any more.\n\n{alarm_en}"
    );
    mail(
        journeys,
        to,
        "votre adresse a été retirée / your address was removed",
        &french,
        &english,
    )
}
