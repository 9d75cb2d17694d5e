//! The access log: how many events become durable in a second, and what one costs.

use super::primitives::process_seconds;
use crate::Bench;
use crate::args::Row;
use crate::calm;
use crate::figures::{Figures, median, real};
use crate::targets;
use anyhow::Context as _;
use portique_bench::machine::now;
use portique_domain::identity::{EstablishmentId, PersonId, Profile};
use portique_domain::journal::{AccessEvent, EventCode, Phase, ResultCode};
use portique_domain::rights::Actor;
use portique_domain::session::DeviceClass;
use portique_jose::es256::SigningKey;
use portique_jose::seal::SealingKey;
use portique_store::journal::JournalWriter as _;
use portique_store_sql::journal::{JournalKeys, JournalPaths, SqliteJournal};
use std::fs::File;
use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Tasks that write at the same time; the target is held against the first.
const WRITERS: [u64; 2] = [64, 1024];

/// Synced appends of the probe.
const APPENDS: usize = 200;

/// Measures it.
pub(crate) fn measure(bench: &Bench, figures: &mut Figures) -> anyhow::Result<()> {
    let folder = bench.scratch.path().join("journal");
    std::fs::create_dir_all(&folder)?;
    let (rounds, length) = if bench.args.short { (3, 1) } else { (7, 2) };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    for (writers, target) in WRITERS.into_iter().zip([Some(targets::EVENTS), None]) {
        let mut number = 0;
        let made = calm::rounds("journal", rounds, None, bench.args.patience(), || {
            number += 1;
            let journal = Arc::new(open(&folder.join(format!("{writers}-{number}")))?);
            let length = Duration::from_secs(length);
            let (events, wall, cpu) = runtime.block_on(write(&journal, writers, length))?;
            runtime.block_on(journal.shutdown(now()))?;
            Ok((real(events) / wall, cpu / real(events)))
        })?;
        let (rates, costs): (Vec<f64>, Vec<f64>) = made.into_iter().unzip();
        let what = format!("access events made durable, {writers} writers");
        figures.add(Row::Journal, &what, median(&rates), "a second", target);
        let what = format!("one access event made durable, {writers} writers");
        figures.cpu(Row::Journal, &what, median(&costs), None);
    }
    let sync = append_synced(&folder.join("probe"))?;
    figures.add(
        Row::Journal,
        "synced append of 512 bytes to a file, waited for",
        sync * 1000.0,
        "ms",
        None,
    );
    Ok(())
}

fn open(folder: &Path) -> anyhow::Result<SqliteJournal> {
    let sign = Arc::new(SigningKey::from_pkcs8(&SigningKey::draw_pkcs8()?)?);
    let verify = vec![("bench".to_owned(), sign.public())];
    let keys = JournalKeys {
        seal: Arc::new(SealingKey::new(&[7; 32])?),
        sign,
        sign_id: "bench".to_owned(),
        verify,
    };
    let paths = JournalPaths {
        days: folder.join("days"),
        keys: folder.join("keys"),
        spool: folder.join("spool"),
    };
    SqliteJournal::open(paths, keys, now()).context("the access log of the bench")
}

/// Events, wall seconds, CPU seconds of the whole process.
async fn write(
    journal: &Arc<SqliteJournal>,
    writers: u64,
    length: Duration,
) -> anyhow::Result<(u64, f64, f64)> {
    let numbers = Arc::new(AtomicU64::new(0));
    let (began, before) = (Instant::now(), process_seconds());
    let mut tasks = Vec::new();
    for task in 0..writers {
        let (journal, numbers) = (Arc::clone(journal), Arc::clone(&numbers));
        tasks.push(tokio::spawn(async move {
            while began.elapsed() < length {
                let number = numbers.fetch_add(1, Ordering::Relaxed);
                journal.record(event(number, task)).await?;
            }
            Ok::<(), portique_store::StoreError>(())
        }));
    }
    for task in tasks {
        task.await??;
    }
    let events = numbers.load(Ordering::Relaxed);
    Ok((
        events,
        began.elapsed().as_secs_f64(),
        process_seconds() - before,
    ))
}

/// The intent of a login, with everything that it names.
fn event(number: u64, task: u64) -> AccessEvent {
    let at = now();
    let time = u128::try_from(at.millis()).unwrap_or(0) << 80;
    let id = |kind: u128| Uuid::from_u128(time | kind << 64 | u128::from(number));
    AccessEvent {
        id: id(1),
        at,
        correlation: id(2),
        phase: Phase::Intent,
        code: EventCode::SessionOpened,
        result: ResultCode::Asked,
        reason: None,
        actor: Some(Actor::Person(PersonId(id(3)))),
        profile: Some(Profile::Pupil),
        establishment: Some(EstablishmentId(Uuid::from_u128(u128::from(task)))),
        target: None,
        address: Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        session: Some(id(4)),
        device: Some(DeviceClass::Computer),
        reference: None,
        opening: None,
    }
}

/// Wall seconds until 512 bytes more of a file are on the disk.
fn append_synced(path: &Path) -> anyhow::Result<f64> {
    let mut file = File::create(path)?;
    let mut samples = Vec::with_capacity(APPENDS);
    for _ in 0..APPENDS {
        let began = Instant::now();
        file.write_all(&[7; 512])?;
        file.sync_data()?;
        samples.push(began.elapsed().as_secs_f64());
    }
    Ok(median(&samples))
}
