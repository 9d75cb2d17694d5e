//! The status table has each row once, in a known state, with tests that exist.

use crate::report::Finding;

/// The families of rows: letters, last number, digits to pad to.
const FAMILIES: [(&str, u32, usize); 3] = [("R-", 115, 2), ("J", 14, 0), ("T-", 71, 2)];

/// The closed list of states.
const STATES: [&str; 4] = ["done", "partly", "absent", "not ours"];

/// One row of the table.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    line: usize,
    id: String,
    state: String,
    tests: Vec<String>,
    cells: usize,
}

/// Reads the rows whose first cell looks like `R-01`, `J1` or `T-01`.
pub(super) fn read(text: &str) -> Vec<Row> {
    text.lines()
        .enumerate()
        .filter_map(|(number, line)| read_row(number + 1, line))
        .collect()
}

fn read_row(line: usize, text: &str) -> Option<Row> {
    let inner = text.trim().strip_prefix('|')?.strip_suffix('|')?;
    let cells: Vec<&str> = inner.split('|').map(str::trim).collect();
    let id = *cells.first()?;
    let is_row = FAMILIES.iter().any(|(letters, _, _)| {
        id.strip_prefix(letters).is_some_and(|number| {
            !number.is_empty() && number.chars().all(|digit| digit.is_ascii_digit())
        })
    });
    is_row.then(|| Row {
        line,
        id: id.to_owned(),
        state: cells.get(2).copied().unwrap_or_default().to_owned(),
        tests: cells.get(3).copied().map(quoted).unwrap_or_default(),
        cells: cells.len(),
    })
}

fn quoted(cell: &str) -> Vec<String> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// How many rows stand in each state, in one line.
pub(super) fn count(rows: &[Row]) -> String {
    let counts = STATES.map(|state| {
        format!(
            "{} {state}",
            rows.iter().filter(|row| row.state == state).count()
        )
    });
    format!("{} status rows: {}", rows.len(), counts.join(", "))
}

/// Checks the rows; `exists` answers whether a test of that name is somewhere in the tree.
pub(super) fn check(place: &str, rows: &[Row], exists: impl Fn(&str) -> bool) -> Vec<Finding> {
    let wanted: Vec<String> = FAMILIES
        .iter()
        .flat_map(|(letters, last, width)| {
            (1..=*last).map(move |number| format!("{letters}{number:0width$}", width = *width))
        })
        .collect();
    let mut findings: Vec<Finding> = wanted
        .iter()
        .filter(|id| !rows.iter().any(|row| row.id == **id))
        .map(|id| {
            Finding::in_file(
                place,
                format!("no row for {id}"),
                "add it, with an honest state",
            )
        })
        .collect();
    for (position, row) in rows.iter().enumerate() {
        let at = |message: String, remedy: &str| Finding::at_line(place, row.line, message, remedy);
        if !wanted.contains(&row.id) {
            findings.push(at(
                format!("{} is not a known row", row.id),
                "correct the number",
            ));
        }
        if rows
            .iter()
            .take(position)
            .any(|earlier| earlier.id == row.id)
        {
            findings.push(at(format!("{} has two rows", row.id), "keep one"));
        }
        if row.cells != 5 {
            findings.push(at(
                format!("{} has {} cells, not 5", row.id, row.cells),
                "write id, what, state, test, what is missing",
            ));
        }
        if !STATES.contains(&row.state.as_str()) {
            findings.push(at(
                format!("{} is in the unknown state \"{}\"", row.id, row.state),
                "use one of: done, partly, absent, not ours",
            ));
        }
        if matches!(row.state.as_str(), "done" | "partly") && row.tests.is_empty() {
            findings.push(at(
                format!("{} is {} without a test", row.id, row.state),
                "name the test between backticks, or call the row absent",
            ));
        }
        findings.extend(row.tests.iter().filter(|name| !exists(name)).map(|name| {
            at(
                format!("{} names the test `{name}`, which does not exist", row.id),
                "write the test under that name, or name the one that proves the row",
            )
        }));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::{check, count, read};

    fn whole_table() -> String {
        let row = |id: String| format!("| {id} | a | absent | - | b |");
        let mut lines = vec!["| id | what | state | test | missing |".to_owned()];
        lines.extend((1..=115).map(|number| row(format!("R-{number:02}"))));
        lines.extend((1..=14).map(|number| row(format!("J{number}"))));
        lines.extend((1..=71).map(|number| row(format!("T-{number:02}"))));
        lines.join("\n")
    }

    fn found(text: &str) -> Vec<String> {
        let rows = read(text);
        check("docs/status.md", &rows, |name| name == "it_holds")
            .into_iter()
            .map(|finding| finding.message)
            .collect()
    }

    #[test]
    fn a_whole_table_passes_and_is_counted() {
        assert!(found(&whole_table()).is_empty());
        assert_eq!(
            count(&read(&whole_table())),
            "200 status rows: 0 done, 0 partly, 200 absent, 0 not ours"
        );
    }

    #[test]
    fn a_missing_a_double_and_an_unknown_row_are_found() {
        let text = whole_table()
            .replace("| J14 |", "| J13 |")
            .replace("| T-71 |", "| T-72 |");
        assert_eq!(
            found(&text),
            [
                "no row for J14",
                "no row for T-71",
                "J13 has two rows",
                "T-72 is not a known row"
            ]
        );
    }

    #[test]
    fn a_state_outside_the_list_is_found() {
        let text = whole_table().replace("| J1 | a | absent |", "| J1 | a | nearly |");
        assert_eq!(found(&text), ["J1 is in the unknown state \"nearly\""]);
    }

    #[test]
    fn done_needs_a_test_that_exists() {
        let bare = whole_table().replace("| J1 | a | absent | - |", "| J1 | a | done | - |");
        assert_eq!(found(&bare), ["J1 is done without a test"]);
        let gone = whole_table().replace("| J1 | a | absent | - |", "| J1 | a | partly | `gone` |");
        assert_eq!(
            found(&gone),
            ["J1 names the test `gone`, which does not exist"]
        );
        let kept =
            whole_table().replace("| J1 | a | absent | - |", "| J1 | a | done | `it_holds` |");
        assert!(found(&kept).is_empty());
    }

    #[test]
    fn a_row_with_a_stray_bar_is_found() {
        let text = whole_table().replace("| J1 | a |", "| J1 | a | b |");
        assert!(found(&text)[0].contains("6 cells"));
    }
}
