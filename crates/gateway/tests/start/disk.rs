//! A disk that is full and a file system that may only be read, mounted in a namespace of the test's own.

use crate::get;
use crate::place::{Place, Serving, free_port, refused};
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

/// The command of a place under a fresh mount of its data folder, or nothing where the machine allows no mount.
#[expect(
    clippy::print_stderr,
    reason = "a test that was left out says so where people look"
)]
fn mounted(place: &Place, options: &str, arguments: &[&str]) -> Option<Command> {
    let root = rustix::process::geteuid().is_root();
    let flags = if root { "-m" } else { "-rm" };
    let may = Command::new("unshare")
        .args([flags, "sh", "-c", "mount -t tmpfs none /mnt"])
        .stderr(Stdio::null())
        .status();
    if !may.is_ok_and(|status| status.success()) {
        eprintln!(
            "LEFT OUT: this machine allows no mount in a namespace, so the disk is not tried"
        );
        return None;
    }
    std::fs::create_dir_all(place.path("data")).unwrap();
    let mut command = Command::new("unshare");
    let script = r#"mount -t tmpfs -o "$1" none "$2" && shift 2 && exec "$@""#;
    command
        .args([flags, "sh", "-c", script, "sh", options])
        .arg(place.path("data"))
        .arg(env!("CARGO_BIN_EXE_portique"))
        .args(arguments)
        .env("PORTIQUE_CONFIG", place.path("portique.toml"))
        .env_remove("PORTIQUE_DATA");
    Some(command)
}

/// A command beside the gateway of that process, under the same mount.
fn beside(place: &Place, pid: u32, arguments: &[&str]) -> Output {
    let root = rustix::process::geteuid().is_root();
    Command::new("nsenter")
        .args(["-t", &pid.to_string(), if root { "-m" } else { "-Um" }])
        .arg(env!("CARGO_BIN_EXE_portique"))
        .args(arguments)
        .env("PORTIQUE_CONFIG", place.path("portique.toml"))
        .env_remove("PORTIQUE_DATA")
        .output()
        .unwrap()
}

#[test]
fn a_full_disk_stops_the_start_with_a_plain_message() {
    let place = Place::new();
    if let Some(mut command) = mounted(&place, "size=64k", &["serve"]) {
        refused(&command.output().unwrap(), &["records.db", "disk is full"]);
    }
}

#[test]
fn a_read_only_file_system_stops_the_start_with_a_plain_message() {
    let place = Place::new();
    if let Some(mut command) = mounted(&place, "ro", &["serve"]) {
        refused(&command.output().unwrap(), &["data folder", "written"]);
    }
}

#[test]
fn a_disk_that_fills_under_a_running_gateway_leaves_its_public_pages_up() {
    let place = Place::new();
    let management = free_port();
    let port = place.settings(free_port(), management, "", "");
    let Some(mut command) = mounted(&place, "size=16m", &["serve"]) else {
        return;
    };
    let child = command.stderr(Stdio::null()).spawn().unwrap();
    let pid = child.id();
    let serving = Serving::wait_for(child, port);
    let data = place.path("data");
    let inside = format!("/proc/{pid}/root{}/filler", data.display());
    let mut filler = std::fs::File::create(&inside).unwrap();
    while filler.write_all(&[0; 4096]).is_ok() {}
    assert!(get(port, "/accueil").starts_with("HTTP/1.1 200"));
    // A search of the access log records itself first. Space that files hold already lasts for some of them.
    let last = (0..500)
        .map(|_| beside(&place, pid, &["journal", "search"]))
        .find(|output| !output.status.success())
        .expect("what cannot be recorded is refused");
    refused(&last, &["journal"]);
    assert!(get(port, "/accueil").starts_with("HTTP/1.1 200"));
    drop(filler);
    std::fs::remove_file(&inside).unwrap();
    let again = beside(&place, pid, &["journal", "search"]);
    assert!(
        again.status.success(),
        "with room again all is well without a restart"
    );
    assert_eq!(serving.end(), 0);
}
