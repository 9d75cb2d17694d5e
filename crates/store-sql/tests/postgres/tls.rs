//! Over a network the server has to show a certificate that is believed.

use super::settings;
use portique_store::StoreError;
use portique_store::records::KeyStore;
use portique_store_sql::records::PostgresRecords;
use portique_testkit::postgres::PostgresServer;
use rcgen::{CertifiedKey, generate_simple_self_signed};

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_believed_only_from_its_authority() {
    let names = || vec!["127.0.0.1".to_owned()];
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names()).unwrap();
    let tls = PostgresServer::start_with_tls(&cert.pem(), &signing_key.serialize_pem());
    let Some(server) = tls else {
        return;
    };
    let stranger = generate_simple_self_signed(names()).unwrap().cert;
    let folder = std::env::temp_dir().join(format!("portique-pg-tls-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (known, strange) = (folder.join("known.pem"), folder.join("strange.pem"));
    std::fs::write(&known, cert.pem()).unwrap();
    std::fs::write(&strange, stranger.pem()).unwrap();
    let database = server.database();
    let with = |authority: &std::path::Path| {
        let path = authority.to_str().unwrap();
        let address = format!("{database}?sslmode=verify-full&sslrootcert={path}");
        settings(&server, &address)
    };
    let store = PostgresRecords::connect(&with(&known)).await.unwrap();
    assert!(store.keys().await.unwrap().is_empty());
    let in_the_clear = server.sql(
        PostgresServer::name(&database),
        "SELECT count(*) FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid)
         WHERE a.application_name = 'portique' AND NOT s.ssl",
    );
    assert_eq!(in_the_clear.trim(), "0");
    let refused = PostgresRecords::connect(&with(&strange)).await.err();
    assert!(
        matches!(refused, Some(StoreError::Unavailable(_))),
        "{refused:?}"
    );
    std::fs::remove_dir_all(&folder).unwrap();
}
