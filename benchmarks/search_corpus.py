"""100,000 realistic titles, and what people type when they look for one of them. Everything from one seed.

A title is put together as real ones are: what it is about, what is done, under which condition, where. Many
differ in a single word only. Objects and acts come from ../shared where that folder stands beside the
checkout (industries of GB/T 4754, items of a county), else from the lists below.
"""

from __future__ import annotations

import csv
import random
import re
from dataclasses import dataclass
from pathlib import Path

from pypinyin.constants import PINYIN_DICT

from tongban.services.catalogue.search.pinyin import sound
from tongban.services.catalogue.search.text import normalise, words
from tongban.services.catalogue.search.types import Synonym

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"

PLACES = (
    "黄浦区 徐汇区 长宁区 静安区 普陀区 虹口区 杨浦区 闵行区 宝山区 嘉定区 浦东新区 金山区 松江区 青浦区 奉贤区 崇明区"
).split()
ACTS = (
    "经营许可 生产许可 设立许可 设立登记 设立审批 变更登记 变更备案 变更许可 名称变更 地址变更 法定代表人变更 注销登记 "
    "注销备案 延续许可 有效期延续 到期换证 遗失补领 证书补办 备案 备案变更 备案注销 年度报告 年审 资格认定 资质认定 "
    "资质核准 资质升级 资质延续 安全评价 安全验收 项目核准 项目备案 竣工验收 消防验收 环境影响评价审批 用地审批 "
    "规划许可 施工许可 临时占用审批 补贴申领 补助发放 奖励申报 税费减免 信息查询 证明开具 登记证核发 从业人员资格考试 "
    "检验检测 进口审批 出口许可 转让审批 停业报告 歇业备案 复业申请 投诉处理 信用修复 行政确认"
).split()
CONDITIONS = (
    "新办 变更 延续 补办 注销 个人 企业 外商投资 告知承诺 简易程序 首次 再次 市级权限 区级权限 跨区 小微企业 个体工商户 "
    "集体 自助"
).split()
OBJECTS = (
    "餐饮服务 食品销售 食品生产 药品零售 医疗器械 道路运输 网约车 出租汽车 旅馆 民宿 歌舞娱乐场所 游泳场所 美容美发 公共浴室 "
    "幼儿园 培训机构 劳务派遣 人力资源服务 房地产经纪 建筑工程 户外招牌 渣土运输 排水 取水 河道管理 燃气 特种设备 电梯 "
    "危险化学品 烟花爆竹 烟草零售 出版物零售 印刷 广播电视 电影放映 演出 拍卖 典当 旧货 二手车 报废汽车 养老机构 殡葬 "
    "社会团体 民办非企业 基金会 宗教活动场所 律师事务所 公证 司法鉴定 测绘 种子 农药 兽药 饲料 动物诊疗 水产苗种 林木采伐"
).split()
LEADS = "我要 我想 我想办 怎么办理 如何办理 请问怎么办 请问 想办 我们要办 去哪里办 需要 麻烦问一下".split()
TAILS = (
    "怎么办 怎么办理 在哪里办 要什么材料 需要带什么材料 要多久 多少钱 手续 流程 了 吗 的办理 怎么弄".split()
)

_MARKS = re.compile(r"[（(].*?[）)]|[，,、；;：:《》“”\s/]+")
_HAN = re.compile(r"[一-鿿]")


@dataclass(frozen=True, slots=True)
class Asked:
    """A query and the title that was meant."""

    text: str
    meant: str


def titles(count: int, rng: random.Random) -> list[str]:
    """Return so many different titles."""
    objects, acts = list(OBJECTS), list(ACTS)
    if SHARED.is_dir():
        objects += _column(SHARED / "gbt4754_2017.csv", "name", longest=14)
        acts += ["查询", "审批", "核发"]
    county = _column(SHARED / "county_items.csv", "name", longest=30) if SHARED.is_dir() else []
    found: dict[str, None] = dict.fromkeys(county)
    while len(found) < count:
        found[_title(rng, objects, acts, county)] = None
    return list(found)[:count]


def _title(rng: random.Random, objects: list[str], acts: list[str], county: list[str]) -> str:
    if county and rng.random() < 0.3:
        title = rng.choice(county)
    else:
        title = rng.choice(objects) + rng.choice(acts)
    if rng.random() < 0.5:
        title += f"（{rng.choice(CONDITIONS)}）"
    return rng.choice(PLACES) + title if rng.random() < 0.4 else title


def _column(path: Path, name: str, longest: int) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        values = [row[name].strip() for row in csv.DictReader(file)]
    return sorted({value for value in values if 2 <= len(value) <= longest})


def reordered(title: str, rng: random.Random) -> str:
    """Return the words of the title in another order, with or without spaces."""
    parts = [word for chunk in normalise(title).split() for word in words(chunk)]
    if len(parts) > 1:
        before = list(parts)
        while parts == before and len(set(parts)) > 1:
            rng.shuffle(parts)
    return rng.choice(["", " "]).join(parts)


def spoken(title: str, rng: random.Random, synonyms: dict[str, list[str]]) -> str:
    """Return the title as somebody says it: polite words around it, a word of it said in their own way."""
    said = normalise(title)
    own = [means for means in synonyms if means in said]
    if own and rng.random() < 0.7:
        means = rng.choice(own)
        said = said.replace(means, rng.choice(synonyms[means]), 1)
    lead, tail = rng.choice(LEADS), rng.choice(TAILS)
    which = rng.randrange(3)
    return (lead if which != 1 else "") + said + (tail if which != 0 else "")


def said_otherwise(rows: list[Synonym]) -> dict[str, list[str]]:
    """Return what people say, by what titles say."""
    found: dict[str, list[str]] = {}
    for row in rows:
        if row.means not in row.word and row.word not in row.means:
            found.setdefault(row.means, []).append(row.word)
    return found


def mistyped(title: str, rng: random.Random, characters: str) -> tuple[str, str]:
    """Return the title with one slip, and which: replaced, homophone, inserted, deleted or swapped."""
    typed = list(normalise(title))
    places = [at for at, one in enumerate(typed) if _HAN.match(one)]
    at, kind = rng.choice(places), rng.choice(["replaced", "homophone", "inserted", "deleted", "swapped"])
    if kind == "replaced":
        typed[at] = rng.choice(characters.replace(typed[at], ""))
    elif kind == "homophone":
        alike = [one for one in characters if one != typed[at] and sound(one) == sound(typed[at])]
        typed[at] = rng.choice(alike or list(characters.replace(typed[at], "")))
    elif kind == "inserted":
        typed.insert(at, rng.choice(characters))
    elif kind == "deleted" and len(places) > 2:
        del typed[at]
    else:
        kind = "swapped"
        at = min(at, len(typed) - 2)
        typed[at], typed[at + 1] = typed[at + 1], typed[at]
    return "".join(typed), kind


def frequent_characters(known: list[str]) -> str:
    """Return the characters that stand in the titles: what people type by mistake is no rarer."""
    return "".join(
        sorted({one for title in known for one in title if _HAN.match(one) and ord(one) in PINYIN_DICT})
    )
