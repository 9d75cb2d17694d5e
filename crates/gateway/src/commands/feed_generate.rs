//! `portique feed generate`.

use anyhow::Context as _;
use clap::Args;
use portique_domain::CivilDate;
use std::path::{Path, PathBuf};

/// What to generate. The same options write the same bytes, on every machine.
#[derive(Debug, Args)]
#[command(after_help = "\
With --days 2 or more, OUT holds one folder for each delivery, and in it one folder for each academy:
  OUT/jour-1-complet/academie-091   everybody on the first day
  OUT/jour-2-complet/academie-091   everybody a day later
  OUT/jour-2-delta/academie-091     what differs between the two (addRequest, modifyRequest, deleteRequest)
Plan and apply the first, then the deltas in their order: the full delivery of the last day then changes
nothing. From one day to the next about 1 % of the pupils leave, 1 % come, 3 % change class, 0.5 % change
establishment, 0.3 % bear a corrected name; some relatives and staff change, one establishment is renamed.")]
pub(crate) struct GenerateArgs {
    /// Folder to write, one folder an academy in it
    out: PathBuf,
    /// How many people, 300 at least
    #[arg(long, default_value_t = 5000)]
    persons: u64,
    /// Same seed, same people
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Date of the delivery, the first one of several (AAAA-MM-JJ)
    #[arg(long, default_value = "2026-09-01")]
    date: CivilDate,
    /// Days to write: 1 for one full delivery, more for a full delivery of each day and the delta from each day to the next
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=31))]
    days: u8,
}

/// `portique feed generate`.
pub(crate) fn generate(args: &GenerateArgs) -> anyhow::Result<u8> {
    let files = if args.days == 1 {
        write_region(&args.out, args.seed, args.persons, args.date)?
    } else {
        write_days(args)?
    };
    crate::out::show(crate::out::Frame::Out(format!(
        "{files} files in {}",
        args.out.display()
    )));
    Ok(0)
}

/// Writes a region below a folder.
pub(crate) fn write_region(
    out: &Path,
    seed: u64,
    persons: u64,
    date: CivilDate,
) -> anyhow::Result<u64> {
    let region = portique_demo::Region::new(seed, persons);
    into_folder(out, |open| portique_demo::write_feed(&region, date, open))
}

/// A full delivery of each day, and the delta from each day to the next.
fn write_days(args: &GenerateArgs) -> anyhow::Result<u64> {
    let mut region = portique_demo::Region::new(args.seed, args.persons);
    let mut date = args.date;
    let folder = |day: u8, kind: &str| args.out.join(format!("jour-{day}-{kind}"));
    let full = |day: u8, region: &portique_demo::Region, date: CivilDate| {
        into_folder(&folder(day, "complet"), |open| {
            portique_demo::write_feed(region, date, open)
        })
    };
    let mut files = full(1, &region, date)?;
    for day in 2..=args.days {
        let next = region.next_day();
        date = date.next();
        files += full(day, &next, date)?;
        files += into_folder(&folder(day, "delta"), |open| {
            let writing = portique_demo::Writing::default();
            portique_demo::write_delta(&region, &next, (date, writing), open)
        })?;
        region = next;
    }
    Ok(files)
}

/// Lets a writer open files below a folder; how many it opened.
fn into_folder(
    out: &Path,
    write: impl FnOnce(&mut portique_demo::Open<'_>) -> std::io::Result<()>,
) -> anyhow::Result<u64> {
    let mut files = 0;
    write(&mut |path: &str| {
        files += 1;
        let path = out.join(path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        Ok(Box::new(std::io::BufWriter::new(std::fs::File::create(
            path,
        )?)))
    })
    .with_context(|| format!("{} cannot be written", out.display()))?;
    Ok(files)
}
