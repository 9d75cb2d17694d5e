//! `PersRelEleve` (aaf §2.4).

use super::xml::{Files, Record};
use super::{Days, mail, pair, phone, yes_no};
use crate::region::{Adult, Family};
use std::io;

pub(super) fn write(days: &Days<'_>, files: &mut Files<'_, '_>) -> io::Result<()> {
    let mut category = files.category("PersRelEleve", ("categoriePersonne", "PersRelEleve"), false);
    for number in 0..days.now.academy.families {
        let families = days.families(number);
        let [was, is] = families.each_ref().map(|family| {
            let family = family.as_ref().into_iter();
            family.flat_map(|family| {
                let all = family.adults.iter().chain(&family.contact);
                all.map(move |adult| (family, adult))
            })
        });
        for (id, (was, is)) in pair(was, is, |(_, adult)| adult.id) {
            category.entry(
                &id.to_string(),
                (was.as_ref(), is.as_ref()),
                |(family, adult), record| fill(family, adult, record),
            )?;
        }
    }
    category.finish()
}

fn fill(family: &Family, adult: &Adult, record: &mut Record) {
    let mobile = phone(true, adult.luck);
    let address = mail(adult.first, &adult.last, "courriel");
    let title = match (adult.luck % 4, adult.woman) {
        (0, _) => "",
        (_, true) => "Mme",
        (_, false) => "M.",
    };
    record.one("ENTPersonJointure", &adult.id.to_string());
    record.one("ENTPersonDateNaissance", "");
    record.one("ENTPersonNomPatro", &adult.birth_name);
    record.one("sn", &adult.last);
    record.one("givenName", adult.first);
    record.one("ENTPersonAutresPrenoms", "");
    record.one("personalTitle", title);
    record.one("homePhone", &phone(false, adult.luck));
    record.one("telephoneNumber", "");
    record.one("ENTPersonAdresse", &format!("{}$$$", family.street));
    record.one("ENTPersonCodePostal", &family.postal_code);
    record.one("ENTPersonVille", family.town);
    record.one("ENTPersonPays", "FRANCE");
    record.one(
        "ENTPersonAdresseDiffusion",
        yes_no(adult.luck.is_multiple_of(3)),
    );
    record.one("mobile", &mobile);
    record.one(
        "ENTPersonMobileSMS",
        if adult.luck.is_multiple_of(2) {
            &mobile
        } else {
            ""
        },
    );
    record.one("mail", if adult.luck % 10 < 8 { &address } else { "" });
}
