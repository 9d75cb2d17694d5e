//! A delivery that differs from the one before: pupils who left, pupils in another class.

use std::path::Path;

/// One pupil in so many is not in it any more.
const LEAVES: usize = 10;

/// Changes the files of a generated delivery in place.
pub(crate) fn change(delivery: &Path) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(delivery)? {
        let path = entry?.path();
        if path.to_string_lossy().contains("_Eleve_") {
            let text = std::fs::read_to_string(&path)?;
            std::fs::write(&path, changed(&text))?;
        }
    }
    Ok(())
}

fn changed(text: &str) -> String {
    let mut records = text.split("<addRequest>");
    let mut out = records.next().unwrap_or_default().to_owned();
    for (number, record) in records.enumerate() {
        let last = record.contains("</ficAlimMENESR>");
        if number % LEAVES == 0 && !last {
            continue;
        }
        out.push_str("<addRequest>");
        for line in record.split_inclusive('\n') {
            if line.contains("\"ENTEleveClasses\"") {
                out.push_str(&line.replace("B</value>", "Z</value>"));
            } else {
                out.push_str(line);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_leave_and_some_change_class() {
        let one = "<addRequest>\n<attr name=\"ENTEleveClasses\"><value>1$5B</value></attr>\n</addRequest>\n";
        let text = format!("<ficAlimMENESR>{one}{one}{one}</ficAlimMENESR>");
        let text = changed(&text);
        assert_eq!(text.matches("<addRequest>").count(), 2);
        assert_eq!(text.matches("1$5Z</value>").count(), 2);
        assert!(text.ends_with("</ficAlimMENESR>"));
    }
}
