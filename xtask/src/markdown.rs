//! Markdown for the reports: tables with aligned columns, numbers with grouped digits.

use std::fmt::Write as _;

/// Returns the rows as a table with aligned columns: the first to the left, the others to the right. The first row is the head.
#[must_use]
pub fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let cell = |row: &[String], column: usize| row.get(column).cloned().unwrap_or_default();
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            let widest = rows.iter().map(|row| cell(row, column).chars().count()).max();
            widest.unwrap_or(0).max(3)
        })
        .collect();
    let mut text = String::new();
    for (index, row) in rows.iter().enumerate() {
        text.push('|');
        for (column, &width) in widths.iter().enumerate() {
            let cell = cell(row, column);
            let _ = match column {
                0 => write!(text, " {cell:<width$} |"),
                _ => write!(text, " {cell:>width$} |"),
            };
        }
        text.push('\n');
        if index == 0 {
            text.push('|');
            for (column, &width) in widths.iter().enumerate() {
                let _ = match column {
                    0 => write!(text, " {:-<width$} |", ""),
                    _ => write!(text, " {:-<1$}: |", "", width - 1),
                };
            }
            text.push('\n');
        }
    }
    text.trim_end().to_owned()
}

/// Formats a number with grouped digits: `1,234,567`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{grouped, table};

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(
            [0, 999, 1_000, 1_234_567].map(grouped),
            ["0", "999", "1,000", "1,234,567"]
        );
    }

    #[test]
    fn a_table_has_straight_columns_and_a_row_may_be_short() {
        let rows = [&["", "bytes"][..], &["a name", "1"], &["b"]];
        let rows: Vec<Vec<String>> = rows.map(|row| row.iter().map(ToString::to_string).collect()).into();
        let lines = [
            "|        | bytes |",
            "| ------ | ----: |",
            "| a name |     1 |",
            "| b      |       |",
        ];
        assert_eq!(table(&rows), lines.join("\n"));
    }
}
