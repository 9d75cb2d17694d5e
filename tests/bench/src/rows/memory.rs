//! Resident memory: after the first answer, and with ten thousand live sessions.

use super::start::resident;
use crate::Bench;
use crate::args::Row;
use crate::figures::{Figures, real};
use crate::targets::{self, HASHING_PERMIT, Target};
use portique_bench::machine::now;
use portique_bench::server::free_port;
use portique_domain::identity::{PersonId, Profile};
use portique_domain::session::{DeviceClass, Digest, Level, Session, SessionEnds};
use portique_store::live::SessionWriter as _;
use portique_store_sql::live::SqliteLive;
use std::path::Path;
use uuid::Uuid;

const SESSIONS: u64 = 10_000;

/// Measures it.
pub(crate) fn measure(bench: &Bench, figures: &mut Figures) -> anyhow::Result<()> {
    let data = super::calm(bench)?;
    let before = demo_resident(bench, &data)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(open_sessions(&data))?;
    let after = demo_resident(bench, &data)?;
    let mib = |kib: f64| kib / 1024.0;
    figures.add(
        Row::Memory,
        "resident memory after the first answer, `demo`",
        mib(before),
        "MiB",
        Some(beside(targets::RSS_FIRST)?),
    );
    let what = format!("the same with {SESSIONS} live sessions");
    figures.add(
        Row::Memory,
        &what,
        mib(after),
        "MiB",
        Some(beside(targets::RSS_SESSIONS)?),
    );
    let one = (after - before) * 1024.0 / real(SESSIONS);
    figures.add(
        Row::Memory,
        "one live session in memory",
        one,
        "bytes",
        None,
    );
    Ok(())
}

fn demo_resident(bench: &Bench, data: &Path) -> anyhow::Result<f64> {
    let (folder, port) = (data.to_string_lossy(), free_port()?);
    let shown = port.to_string();
    let arguments = ["demo", "--data", &folder, "--port", &shown, "--json"];
    resident(bench, &arguments, data, port)
}

/// A target with what the hashing permits may hold beside it.
pub(super) fn beside(target: Target) -> anyhow::Result<Target> {
    let permits = u64::try_from(std::thread::available_parallelism()?.get())?;
    let permits = real(permits) * HASHING_PERMIT;
    let (must, moonshot) = (target.must + permits, target.moonshot + permits);
    Ok(Target {
        must,
        moonshot,
        ..target
    })
}

/// Opens sessions where a stopped gateway will find them: ten thousand logins would cost minutes of
/// Argon2id and end in the same rows.
async fn open_sessions(data: &Path) -> anyhow::Result<()> {
    let live = SqliteLive::open(data, now())?;
    let ends = SessionEnds::of(Profile::Teacher);
    for number in 0..SESSIONS {
        let id = |kind: u128| Uuid::from_u128(kind << 64 | u128::from(number));
        let mut digest = [9; 32];
        for (to, from) in digest.iter_mut().zip(id(1).as_bytes()) {
            *to = *from;
        }
        let session = Session {
            id: id(1),
            digest: Digest(digest),
            person: PersonId(id(2)),
            profile: Profile::Teacher,
            level: Level::One,
            opened_at: now(),
            seen_at: now(),
            idle: ends.idle,
            ends_at: now().plus(ends.absolute),
            device: DeviceClass::Computer,
        };
        live.open(&session).await?;
    }
    live.shutdown().await?;
    Ok(())
}
