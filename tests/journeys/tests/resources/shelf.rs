//! Who sees the textbook, who opens it, and what the others read.

use super::{
    BOOK, ORIGIN, TITLE, address, apply, day, file, next_door, open_book, provider, refused,
    with_textbook, write,
};
use core::time::Duration;
use portique_demo::{TEXTBOOK, provider_file, resource_file};
use portique_domain::partner::PartnerId;
use portique_domain::resource::ResourceId;
use portique_journeys::ResourcesApplied;
use portique_tests_journeys::{Browser, World};

async fn sees(browser: &mut Browser) -> bool {
    let page = browser.get("/mediacentre").await;
    assert_eq!(page.status, 200, "{}", page.body);
    page.body.contains(TITLE)
}

/// Text of the first note of the page.
async fn note(browser: &mut Browser) -> String {
    browser.get("/mediacentre").await.text(".note h2")
}

#[tokio::test]
async fn the_class_that_was_given_a_textbook_sees_it_and_opens_it() {
    let world = with_textbook().await;
    let mut pupil = world.pupil_in().await;
    let page = pupil.get("/mediacentre").await;
    let tile = page.text("li.tile");
    assert!(
        tile.contains(TITLE) && tile.contains("Éditions du Causse"),
        "{tile}"
    );
    assert!(page.body.contains(&address()), "{}", page.body);
    // The first time she is told what leaves; nothing leads on before she has said so.
    let notice = pupil.get(&address()).await;
    assert_eq!(notice.status, 200, "{}", notice.body);
    let told = notice.text(".note").replace('\u{a0}', " ");
    assert!(
        told.contains("ce site recevra : un code anonyme, « élève » et le numéro de votre établissement. Pas votre nom."),
        "{told}"
    );
    let on = open_book(&mut pupil, false).await;
    assert_eq!((on.status.as_u16(), on.onward().as_str()), (200, BOOK));
    assert!(
        on.header("content-security-policy")
            .contains("form-action 'self';")
    );
    // Not asked to be quiet, the gateway tells again.
    let again = pupil.get(&address()).await;
    assert_eq!(again.text(".note").replace('\u{a0}', " "), told);
    let on = open_book(&mut pupil, true).await;
    assert_eq!(on.onward(), BOOK);
    assert_eq!(pupil.get(&address()).await.onward(), BOOK);
    // Another version of what the provider receives is told anew.
    let text = provider_file(ORIGIN, day("2026-09-01")).replace(
        "[oidc]",
        "[[release.attributes]]\nattribute = \"prenom\"\npurpose = \"gar\"\njustification = \"Saluer.\"\n\n[oidc]",
    );
    provider(&world, &text).await;
    let notice = pupil.get(&address()).await;
    let told = notice.text(".note");
    assert!(
        told.contains("votre prénom") && !told.contains("Pas votre nom"),
        "{told}"
    );
}

#[tokio::test]
async fn the_class_next_door_sees_nothing_and_reads_why_on_a_direct_link() {
    let world = with_textbook().await;
    let text = next_door(&world);
    write(&world, &text).await;
    let mut pupil = world.pupil_in().await;
    assert!(!sees(&mut pupil).await);
    // Her class had it until a moment ago.
    let answer = pupil.get(&address()).await;
    let words = "Cette ressource ne vous est plus donnée.";
    refused(&world, &answer, 403, words, "affectation_revoked").await;
    assert_eq!(note(&mut pupil).await, "Aucune ressource pour le moment.");
}

#[tokio::test]
async fn a_class_that_never_had_it_is_told_who_can_ask() {
    let world = World::new().await;
    provider(&world, &provider_file(ORIGIN, day("2026-09-01"))).await;
    let text = next_door(&world);
    write(&world, &text).await;
    let mut pupil = world.pupil_in().await;
    let answer = pupil.get(&address()).await;
    let words = "Cette ressource n’est pas donnée à votre classe.";
    refused(&world, &answer, 403, words, "no_affectation").await;
    assert!(
        answer
            .body
            .contains("Votre professeur documentaliste peut la demander.")
    );
    // The form does not lead further than the page.
    let token = pupil.token().await;
    let answer = pupil.post(&address(), &[("csrf", &token)]).await;
    refused(&world, &answer, 403, words, "no_affectation").await;
}

#[tokio::test]
async fn a_kept_link_is_decided_anew_when_the_subscription_has_ended() {
    let world = with_textbook().await;
    let mut pupil = world.pupil_in().await;
    let (today, yesterday) = (world.now().day(), day("2026-11-24"));
    assert_eq!(today, day("2026-11-25"));
    let tomorrow = resource_file(&world.cast, ORIGIN, day("2026-09-01"), today.next());
    write(&world, &tomorrow).await;
    assert_eq!(open_book(&mut pupil, true).await.onward(), BOOK);
    let ended = resource_file(&world.cast, ORIGIN, day("2026-09-01"), yesterday);
    write(&world, &ended).await;
    let answer = pupil.get(&address()).await;
    let words = "Votre établissement n’a plus cette ressource depuis le 24 novembre 2026.";
    refused(&world, &answer, 403, words, "sub_expired").await;
    assert!(!sees(&mut pupil).await);
    let soon = resource_file(&world.cast, ORIGIN, day("2026-12-01"), day("2027-08-16"));
    write(&world, &soon).await;
    let answer = pupil.get(&address()).await;
    refused(
        &world,
        &answer,
        403,
        "Cette ressource s’ouvrira le",
        "sub_not_started",
    )
    .await;
    assert!(answer.text(".parts").contains("décembre 2026"));
    assert!(!sees(&mut pupil).await);
}

#[tokio::test]
async fn another_establishment_has_nothing_of_it() {
    let world = with_textbook().await;
    let sibling = world.cast.parent.children[1].clone();
    assert_ne!(sibling.uai, world.cast.pupil.uai);
    let mut other = world.member_in(&sibling, sibling.birth_date.unwrap()).await;
    assert!(!sees(&mut other).await);
    let answer = other.get(&address()).await;
    let words = "Votre établissement n’a pas cette ressource.";
    refused(&world, &answer, 403, words, "sub_none").await;
    // Naming the establishment of a sister opens nothing either.
    let there = format!("{}?uai={}", address(), world.cast.pupil.uai);
    let answer = other.get(&there).await;
    let words = "Cette ressource s’ouvre dans un autre établissement que le vôtre.";
    refused(&world, &answer, 403, words, "uai_not_member").await;
}

#[tokio::test]
async fn a_parent_reads_that_textbooks_open_with_the_pupils_account() {
    let world = with_textbook().await;
    let mut parent = world.parent_in().await;
    let words = "Les manuels numériques s’ouvrent avec le compte de l’élève.";
    assert_eq!(note(&mut parent).await, words);
    let answer = parent.get(&address()).await;
    refused(&world, &answer, 403, words, "profile_not_targeted").await;
}

#[tokio::test]
async fn a_teacher_has_it_by_profile_once_it_is_given_so() {
    let world = with_textbook().await;
    // The class of the pupil is not given to every teacher.
    let text = next_door(&world);
    write(&world, &text).await;
    let mut teacher = world.teacher_in().await;
    assert!(!sees(&mut teacher).await);
    let answer = teacher.get(&address()).await;
    assert_eq!(answer.status, 403);
    let subscription = format!("causse-maths-{}", world.cast.pupil.uai);
    let by_profile = format!(
        "{text}\n[[affectations]]\nsubscription = \"{subscription}\"\nprofile = \"National_ENS\"\n"
    );
    write(&world, &by_profile).await;
    assert!(sees(&mut teacher).await);
    assert_eq!(open_book(&mut teacher, false).await.onward(), BOOK);
    // For the whole establishment, nobody has to be named.
    let text = file(&world);
    let (before, _) = text.split_once("[[affectations]]").unwrap();
    let whole = before.replace("INDIV", "ETABL");
    write(&world, &whole).await;
    let mut pupil = world.pupil_in().await;
    assert!(sees(&mut teacher).await && sees(&mut pupil).await);
}

#[tokio::test]
async fn a_hidden_resource_an_unknown_one_and_a_shut_provider_each_have_their_words() {
    let world = with_textbook().await;
    let mut pupil = world.pupil_in().await;
    let hidden = file(&world).replace("kind = \"manuel\"", "kind = \"manuel\"\nactive = false");
    write(&world, &hidden).await;
    let answer = pupil.get(&address()).await;
    let words = "Cette ressource est retirée pour le moment.";
    refused(&world, &answer, 403, words, "resource_suspended").await;
    // « ark:/none » and something that is no id at all.
    let answer = pupil.get("/resources/YXJrOi9ub25l/open").await;
    let words = "Cette ressource n’existe pas, ou plus.";
    refused(&world, &answer, 404, words, "resource_unknown").await;
    for bad in [
        "/resources/w6k/open",
        "/resources/%20/open",
        "/resources/a=/open",
    ] {
        assert_eq!(pupil.get(bad).await.status, 404, "{bad}");
    }
    let bad = format!("{}?uai=x", address());
    assert_eq!(pupil.get(&bad).await.status, 400);
    write(&world, &file(&world)).await;
    let text = provider_file(ORIGIN, day("2026-09-01"));
    let over = text.replace("hosting =", "contract_until = \"2026-11-25\"\nhosting =");
    provider(&world, &over).await;
    assert!(sees(&mut pupil).await);
    world.clock.on(Duration::from_hours(24));
    let mut pupil = world.browser();
    let (_, login) = world.account(&world.cast.pupil.clone()).await;
    world
        .sign_in(
            &mut pupil,
            login.as_str(),
            portique_tests_journeys::PASSWORD,
        )
        .await;
    assert!(!sees(&mut pupil).await);
    let answer = pupil.get(&address()).await;
    let words = "Éditions du Causse ne peut pas vous recevoir pour le moment.";
    refused(&world, &answer, 503, words, "contract_expired").await;
}

#[tokio::test]
async fn the_form_narrows_the_list_without_a_script() {
    let world = with_textbook().await;
    let uai = &world.cast.pupil.uai;
    let extra = format!(
        "{}\n[[resources]]\nid = \"ark:/99999/causse-anglais\"\ntitle = \"Enjoy English\"\nkind = \"cahier\"\nlevel = \"5e\"\nsubject = \"Anglais\"\nprovider = \"manuels-du-causse\"\naccess_url = \"{ORIGIN}/lire/anglais\"\n\n[[subscriptions]]\nid = \"causse-anglais\"\nresource = \"ark:/99999/causse-anglais\"\nuai = \"{uai}\"\nfrom = \"2026-09-01\"\nto = \"2027-08-16\"\naudiences = [\"ELEVE\"]\nkind = \"ETABL\"\n",
        file(&world)
    );
    // The extra tables may stand after the affectations: order between tables is free.
    write(&world, &extra).await;
    let mut pupil = world.pupil_in().await;
    for (query, tiles) in [
        ("", 2),
        ("?q=MATHEMATIQUES", 1),
        ("?q=causse+english", 1),
        ("?q=latin", 0),
        ("?level=5e", 1),
        ("?subject=Anglais&kind=manuel", 0),
        ("?kind=cahier", 1),
    ] {
        let page = pupil.get(&format!("/mediacentre{query}")).await;
        assert_eq!(page.count("li.tile"), tiles, "{query}");
        assert_eq!(page.count("form[role=search] select"), 3, "{query}");
    }
    let page = pupil.get("/mediacentre?level=5e").await;
    assert!(page.text("li.tile").contains("Pour\u{a0}: 5e"));
    assert_eq!(page.text("select#level option[selected]"), "5e");
}

#[tokio::test]
async fn a_file_that_does_not_fit_what_is_known_writes_nothing() {
    let world = with_textbook().await;
    let id = ResourceId::parse(TEXTBOOK).unwrap();
    let stranger = file(&world).replace("\"manuels-du-causse\"", "\"inconnu\"");
    let unknown = PartnerId::parse("inconnu").unwrap();
    assert_eq!(
        apply(&world, &stranger).await,
        ResourcesApplied::NoSuchProvider(id.clone(), unknown)
    );
    let elsewhere =
        file(&world).replace("https://manuels.example/lire", "https://evil.example/lire");
    let causse = PartnerId::parse("manuels-du-causse").unwrap();
    assert_eq!(
        apply(&world, &elsewhere).await,
        ResourcesApplied::NotTheProviders(id, causse)
    );
    // The same file again.
    let again = apply(&world, &file(&world)).await;
    assert_eq!(again, ResourcesApplied::Written(0, Vec::new()));
    let mut pupil = world.pupil_in().await;
    assert!(sees(&mut pupil).await);
}
