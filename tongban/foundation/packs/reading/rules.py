"""What a file of a city pack must be before its content is looked at: one row a rule."""

from __future__ import annotations

from tongban.foundation.packs.types import Rule, Severity, table
from tongban.kernel.errors import N_

MEGABYTE = 1_000_000
MOST_FILE = 2 * MEGABYTE
MOST_PACK = 200 * MEGABYTE
MOST_FILES = 20_000
MOST_DEPTH = 30

FOLDER = table(
    Rule("no-folder", N_("没有文件夹“{path}”。"), "The folder given does not exist."),
    Rule(
        "not-a-folder",
        N_("“{path}”不是文件夹；城市包是一个文件夹，里面有 city.yaml。"),
        "A city pack is a folder of YAML and CSV files, not one file.",
    ),
    Rule(
        "empty-folder",
        N_("文件夹“{path}”里没有城市包的文件；至少要有 city.yaml。"),
        "There is nothing to read.",
    ),
    Rule("missing-file", N_("缺少文件 {file}：{what}。"), "The pack can not do without this file."),
    Rule(
        "link-outside",
        N_("“{file}”是指向城市包以外的链接，不读取；请把文件本身放进来。"),
        "What is published must be in the pack, and a pack from elsewhere must not reach other files of the "
        "machine.",
    ),
    Rule("not-a-file", N_("“{file}”不是普通文件，不读取。"), "Pipes, sockets and devices are not read."),
    Rule(
        "not-readable", N_("“{file}”无法读取：{reason}。"), "The operating system refuses to give the file."
    ),
    Rule(
        "file-too-large",
        N_("文件有 {size} MB，超过 {most} MB；请分成几个文件。"),
        f"A file of more than {MOST_FILE // MEGABYTE} MB is not read: it is a mistake or an attack.",
    ),
    Rule(
        "pack-too-large",
        N_("城市包共 {size} MB，超过 {most} MB，没有读取。"),
        f"All files together may have {MOST_PACK // MEGABYTE} MB.",
    ),
    Rule(
        "too-many-files",
        N_("城市包有 {count} 个以上的文件，超过 {most} 个，没有读取。"),
        "A folder of so many files is not a city pack; perhaps a whole disk was named.",
    ),
    Rule(
        "unknown-file",
        N_("城市包里没有“{file}”的位置，它不会被读取。{hint}"),
        "A file at a place the format does not know is most often a misspelt name.",
        severity=Severity.WARNING,
    ),
    Rule(
        "unreadable-name",
        N_("文件名“{file}”里有无法显示的字符，不读取；请改名。"),
        "A name that can not be shown can not be told apart, and is most often left by a wrong conversion.",
    ),
    Rule(
        "wrong-ending",
        N_("“{file}”不会被读取：请把扩展名改为 {ending}。"),
        "Only `.yaml` and `.csv` are read, so `.yml` or `.txt` beside them would be passed over in silence.",
    ),
)

TEXT = table(
    Rule(
        "utf-16",
        N_("文件是 UTF-16 编码；请另存为 UTF-8，或运行 iconv -f UTF-16 -t UTF-8 旧文件 > 新文件。"),
        "Packs are written in UTF-8.",
    ),
    Rule(
        "gbk",
        N_(
            "文件不是 UTF-8，像是 GBK 编码；请另存为 UTF-8，或运行 iconv -f GB18030 -t UTF-8 旧文件 > 新文件。"
        ),
        "Packs are written in UTF-8; older Chinese programs save GBK.",
    ),
    Rule("not-utf-8", N_("文件不是 UTF-8 文本：此处的字节 {byte} 无法解读。"), "Packs are written in UTF-8."),
    Rule(
        "byte-order-mark",
        N_("文件以 UTF-8 的字节顺序标记（BOM）开头；已跳过，建议另存为不带 BOM 的 UTF-8。"),
        "Some editors write a mark in front of UTF-8. It is skipped.",
        severity=Severity.WARNING,
    ),
    Rule("nul-character", N_("文件里有空字符（NUL），不是文本文件。"), "A NUL never belongs into text."),
    Rule(
        "control-character",
        N_("此处有看不见的控制字符 {character}，请删去。"),
        "Invisible characters come from copying out of other programs.",
    ),
    Rule(
        "tab",
        N_("此处有制表符（Tab）；请改为空格。"),
        "YAML forbids tabs as indentation, and elsewhere nobody sees them.",
    ),
    Rule(
        "conflict-marker",
        N_("此处有合并冲突的标记“{marker}”；请先解决冲突。"),
        "Git left both versions in the file.",
    ),
    Rule(
        "garbled",
        N_("“{text}”像是乱码（编码转换出错留下的）；请对照原文改正。"),
        "Replacement characters and 锟斤拷 are what a wrong conversion leaves.",
        severity=Severity.WARNING,
    ),
)

YAML = table(
    Rule("yaml-syntax", N_("YAML 写法有误：{detail}。"), "The file is not well-formed YAML."),
    Rule(
        "full-width-punctuation",
        N_("此行用了全角的“{character}”，YAML 的标点要用半角“{meant}”。"),
        "A full-width colon, comma or quotation mark is text for YAML, not punctuation.",
    ),
    Rule(
        "yaml-anchor",
        N_("不允许用锚点和别名（{mark}）；请把内容写全。"),
        "With aliases a small file can stand for an endless one, and a reader can not see what an entry says.",
    ),
    Rule(
        "yaml-tag",
        N_("不允许用 YAML 标签（{tag}）；只写普通的数据。"),
        "Tags may create objects of a program; a pack is plain data and is never run as code.",
    ),
    Rule(
        "yaml-documents",
        N_("一个文件只能有一份内容；请去掉此处的 --- 或分成几个文件。"),
        "Whatever follows a second `---` would be another document.",
    ),
    Rule(
        "duplicate-key",
        N_("“{key}”写了两次；第一次在第 {first} 行。"),
        "Of two entries with the same name one would be lost in silence.",
    ),
    Rule(
        "key-not-text", N_("名称必须是一个词，不能是列表或映射。"), "Every field has a name that is one word."
    ),
    Rule("too-deep", N_("嵌套超过 {most} 层。"), "No part of the format is nested nearly so deep."),
    Rule("empty-file", N_("文件是空的；{hint}。"), "A file without content says nothing."),
    Rule(
        "date-not-existing", N_("没有 {date} 这一天。"), "Dates are days of the calendar, written 2026-02-28."
    ),
)

CSV = table(
    Rule(
        "csv-no-header",
        N_("缺少表头；第一行要写列名：{columns}。"),
        "The first row of a CSV file names the columns.",
    ),
    Rule(
        "csv-separator",
        N_("列要用逗号（,）分开；这里像是用“{found}”分开的。"),
        "Columns are separated by commas; lists inside a cell by “;”.",
    ),
    Rule(
        "csv-column-twice",
        N_("列名“{column}”写了两次。"),
        "Of two columns with the same name one would be lost.",
    ),
    Rule(
        "csv-cells",
        N_("这一行有 {found} 格，表头有 {wanted} 列。"),
        "A row has as many cells as the header; a text with a comma stands in double quotes.",
    ),
    Rule(
        "csv-quotes",
        N_("双引号没有配对，或者后面还有文字。"),
        "A cell that begins with a double quote ends with one.",
    ),
)

SCHEMA = table(
    Rule("missing-field", N_("缺少必填项 {field}。"), "The entry can not do without this field."),
    Rule("unknown-field", N_("没有“{field}”这一项。{hint}"), "An unknown name is most often a misspelt one."),
    Rule(
        "wrong-value",
        N_("{field} 不能是“{value}”；可以写：{allowed}。"),
        "The field takes a value of a code list.",
    ),
    Rule(
        "wrong-kind",
        N_("{field} 应当是{wanted}，这里是{found}。"),
        "Text, number, true or false, list and mapping are kept apart.",
    ),
    Rule("no-value", N_("{field} 没有值；请填写或删去这一项。"), "A name without a value says nothing."),
    Rule("empty-list", N_("{field} 至少要有 {least} 个。"), "The list may not be empty or so short."),
    Rule(
        "too-long",
        N_("{field} 有 {length} 个字，最多 {most} 个。"),
        "Long texts do not fit the page or the column; names have at most 300 characters, paragraphs 4,000.",
    ),
    Rule("too-short", N_("{field} 不能是空的。"), "Text of blanks only is no text."),
    Rule("out-of-range", N_("{field} 是 {value}，应当{bounds}。"), "The number is outside what makes sense."),
    Rule(
        "not-a-number",
        N_("{field} 应当是整数，这里是“{value}”。"),
        "Whole numbers are written in digits: 20.",
    ),
    Rule(
        "not-true-or-false",
        N_("{field} 只能写 true 或 false，这里是“{value}”。"),
        "Yes or no is written true or false.",
    ),
    Rule(
        "not-a-date",
        N_("{field} 应当是日期，如 2026-02-28，这里是“{value}”。"),
        "Dates are written year-month-day.",
    ),
    Rule(
        "bad-code",
        N_("{field} 的值“{value}”不合格：代码只用小写字母、数字和连字符，如 food-business-licence。"),
        "Codes become addresses and never change.",
    ),
    Rule(
        "bad-form",
        N_("{field} 的值“{value}”不合格：{wanted}。"),
        "The value has not the form this field asks for.",
    ),
    Rule(
        "full-width",
        N_("{field} 的值“{value}”里有全角字符“{character}”；请改为半角“{meant}”。"),
        "Codes, numbers and telephones are written with half-width characters, or nobody finds them.",
    ),
    Rule("bad-entry", N_("{field} 的值“{value}”不合格。"), "The value is not what this field takes."),
)

RECORDS = table(
    Rule(
        "not-a-list",
        N_("文件应当以“{key}:”开头，下面是列表。"),
        "Such a file has one name, and under it the entries.",
    ),
    Rule(
        "duplicate-code",
        N_("{what} {code} 已在 {other} 写过；代码不能重复。"),
        "A code names one thing in the whole pack.",
    ),
    Rule(
        "unknown-reference",
        N_("{field}：城市包里没有{what}“{code}”。{hint}"),
        "What an entry refers to must be in the pack.",
    ),
)

RULES = FOLDER | TEXT | YAML | CSV | SCHEMA | RECORDS
