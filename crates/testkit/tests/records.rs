//! The records in memory keep every promise.

use portique_testkit::memory::records::MemoryRecords;

fn open() -> (MemoryRecords, ()) {
    (MemoryRecords::new(), ())
}

portique_testkit::records_suite!(open);
