"""The invented people and companies of the demonstration, and the authority that answers for them.

Always the same for the same seed. Their identity numbers carry an area code that no place ever had, their phones a
prefix that no network was given: none of them can be anybody's.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tongban.foundation.identity.rules.areas import DEMONSTRATION
from tongban.foundation.identity.rules.numbers import check_digit
from tongban.foundation.identity.types import Persona, RealName, RegisterCompany, RegisterPerson

SEED = 20261121
PEOPLE = 360
COMPANIES = 72
TODAY = dt.date(2026, 3, 1)
"""The day on which the invented ages are counted."""
POPULATION, ENTITIES, MARRIAGES = "人口库", "法人库", "婚姻登记库"

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段章钱汤尹黎易常武乔贺赖龚文"
)
GIVEN = {
    "男": "伟强磊军洋勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆志远建国文博子轩昊然一鸣思源嘉诚泽宇",
    "女": "芳娜秀英敏静丽艳娟霞燕玲桂兰洁梅琳雪倩颖婷慧莹欣怡梦瑶雨桐诗涵可馨佳怡思琪晓雯若曦语嫣",
}
Home = tuple[str, str, str]
"""District's code, street, address."""
Place = tuple[str, str, tuple[str, str], tuple[str, str]]
"""A district's code and name, two of its streets with their codes."""
DISTRICTS: tuple[Place, ...] = (
    ("310104", "徐汇区", ("天平路街道", "310104003"), ("漕河泾街道", "310104012")),
    ("310106", "静安区", ("江宁路街道", "310106006"), ("大宁路街道", "310106017")),
    ("310115", "浦东新区", ("潍坊新村街道", "310115004"), ("陆家嘴街道", "310115005")),
    ("310112", "闵行区", ("莘庄镇", "310112101"), ("江川路街道", "310112001")),
    ("310110", "杨浦区", ("四平路街道", "310110009"), ("五角场街道", "310110021")),
    ("310105", "长宁区", ("江苏路街道", "310105002"), ("新华路街道", "310105001")),
)
ELSEWHERE: tuple[Place, ...] = (
    ("310101", "黄浦区", ("南京东路街道", "310101002"), ("小东门街道", "310101017")),
    ("310107", "普陀区", ("曹杨新村街道", "310107005"), ("甘泉路街道", "310107016")),
    ("310109", "虹口区", ("欧阳路街道", "310109009"), ("嘉兴路街道", "310109014")),
    ("310113", "宝山区", ("友谊路街道", "310113003"), ("罗店镇", "310113101")),
    ("310114", "嘉定区", ("新成路街道", "310114001"), ("南翔镇", "310114102")),
    ("310116", "金山区", ("石化街道", "310116001"), ("张堰镇", "310116103")),
    ("310117", "松江区", ("岳阳街道", "310117001"), ("中山街道", "310117004")),
    ("310118", "青浦区", ("夏阳街道", "310118001"), ("朱家角镇", "310118102")),
    ("310120", "奉贤区", ("西渡街道", "310120001"), ("南桥镇", "310120101")),
    ("310151", "崇明区", ("城桥镇", "310151101"), ("庙镇", "310151104")),
)
"""Where two of each five households and companies are: the people themselves are who they would be anyway."""
ROADS = "梧桐 银杏 丁香 海棠 紫藤 桂花 玉兰 石榴 枫林 松涛".split()
TRADES = (
    # words of the name, kind of business, industry code (GB/T 4754-2017)
    ("餐饮管理", "餐饮服务；食品销售", "6210"),
    ("食品", "食品销售；食品生产", "5220"),
    ("咖啡", "餐饮服务；饮料制售", "6231"),
    ("酒店管理", "住宿服务；餐饮服务", "6110"),
    ("贸易", "日用百货销售", "5219"),
    ("信息技术", "软件开发；信息技术咨询", "6510"),
    ("建筑工程", "建设工程施工", "4700"),
    ("医药", "药品零售；医疗器械销售", "5251"),
)
BRANDS = "晴川 云栖 禾田 知味 东篱 海上 一木 三余 观澜 听雨 南枝 北窗 归园 小满 半夏 拾光 青禾 临江 望月 清和".split()


@dataclass(frozen=True, slots=True)
class Citizen:
    """An invented person: ``code`` names them in the demonstration, ``family`` and ``wards`` are codes."""

    code: str
    name: str
    number: str
    birth_on: dt.date
    sex: str
    phone: str
    mail: str
    district: str
    street: str
    address: str
    spouse: str = ""
    wards: tuple[str, ...] = ()
    died_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Firm:
    """An invented company: ``representative`` is a citizen's code."""

    code: str
    name: str
    credit_code: str
    representative: str
    kind: str
    district: str
    address: str
    scope: str
    industry: str
    capital: int
    established_on: dt.date
    dissolved_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Population:
    """All invented people and companies, by their codes, and those whom the sign-in page offers."""

    citizens: dict[str, Citizen]
    firms: dict[str, Firm]
    personas: tuple[Persona, ...]

    def by_number(self, number: str) -> Citizen | None:
        """Return the person with this number."""
        return next((one for one in self.citizens.values() if one.number == number), None)

    def by_credit_code(self, credit_code: str) -> Firm | None:
        """Return the company with this code."""
        return next((one for one in self.firms.values() if one.credit_code == credit_code), None)


PERSONAS = (
    # code, says, in English
    ("p001", "想开一家小饭馆，还没有公司", "wants to open a small restaurant, has no company yet"),
    ("p002", "餐饮公司的法定代表人", "legal representative of a restaurant company"),
    ("p003", "替公司跑手续的经办人", "handles the papers of a company"),
    ("p004", "两个孩子的妈妈", "mother of two children"),
    ("p005", "退休老人，由女儿代办", "retired, has a daughter act for her"),
    (
        "p006",
        "刚来上海的毕业生，第一次登录",
        "has just graduated and come to the city; signs in for the first time",
    ),
)


MANDATES = (("c001", "p003"), ("p005", "p004"))
"""Who lets whom act: the company its clerk, the mother her daughter."""


@cache
def population() -> Population:
    """Return the population: made once in each process, the same in all."""
    # Not a secret: the same people must come out every time.
    chance = random.Random(SEED)  # noqa: S311
    citizens = {one.code: one for one in _citizens(chance)}
    firms = {one.code: one for one in _firms(chance, citizens)}
    personas = tuple(
        Persona(code, "person", citizens[code].name, says, english) for code, says, english in PERSONAS
    )
    return Population(citizens, firms, personas)


def number_of(birth_on: dt.date, order: int) -> str:
    """Return an identity number that belongs to nobody."""
    first = f"{DEMONSTRATION}{birth_on:%Y%m%d}{order:03d}"
    return first + check_digit(first)


class _Maker:
    """Makes citizens one after the other; codes count from p001."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.made, self.homes = chance, 0, 0
        self.orders: dict[dt.date, int] = {}

    def code(self, ahead: int = 1) -> str:
        """Return the code of the next citizen, or of one further on."""
        return f"p{self.made + ahead:03d}"

    def one(self, sex: str, ages: tuple[int, int], home: Home, surname: str = "", **more: object) -> Citizen:
        """Return the next citizen, of this sex, between these ages, at this home."""
        code, chance = self.code(), self.chance
        self.made += 1
        born = TODAY - dt.timedelta(days=chance.randint(ages[0] * 366, ages[1] * 365))
        self.orders[born] = self.orders.get(born, 0) + 2
        given = "".join(chance.sample(GIVEN[sex], chance.choice((1, 2, 2))))
        return Citizen(
            code, (surname or chance.choice(SURNAMES)) + given,
            number_of(born, self.orders[born] - (sex == "男")), born, sex,
            f"154{self.made:08d}", f"{code}@example.org", *home, **more,  # type: ignore[arg-type]
        )  # fmt: skip


def _citizens(chance: random.Random) -> Iterator[Citizen]:
    """Yield the personas, then families: couples with children, people alone, old people."""
    maker = _Maker(chance)
    yield maker.one("男", (30, 35), _home(chance))
    yield maker.one("女", (42, 48), _home(chance))
    yield maker.one("男", (27, 31), _home(chance))
    home, wards = _home(chance), ("p008", "p009")
    yield maker.one("女", (33, 38), home, spouse="p007", wards=wards)
    yield maker.one("女", (70, 76), _home(chance))
    yield maker.one("男", (22, 24), _home(chance))
    father = maker.one("男", (34, 40), home, spouse="p004", wards=wards)
    yield father
    yield maker.one("女", (7, 9), home, father.name[0])
    yield maker.one("男", (0, 1), home, father.name[0])
    while maker.made < PEOPLE:
        yield from _household(maker)


def _household(maker: _Maker) -> Iterator[Citizen]:
    chance, home = maker.chance, _moved(_home(maker.chance), maker.homes)
    maker.homes += 1
    draw = chance.random()
    if draw < 0.35:
        died = TODAY - dt.timedelta(days=chance.randint(20, 400)) if draw < 0.02 else None
        yield maker.one(chance.choice("男女"), (19, 88), home, died_on=died)
        return
    wards = tuple(maker.code(3 + number) for number in range(chance.choice((0, 1, 1, 2))))
    father = maker.one("男", (28, 52), home, spouse=maker.code(2), wards=wards)
    yield father
    yield maker.one("女", (26, 50), home, spouse=father.code, wards=wards)
    for _ in wards:
        yield maker.one(chance.choice("男女"), (0, 17), home, father.name[0])


def _home(chance: random.Random) -> Home:
    code, district, *streets = chance.choice(DISTRICTS)
    street, _ = chance.choice(streets)
    road = f"{chance.choice(ROADS)}路（演示）{chance.randint(1, 900)} 弄 {chance.randint(1, 60)} 号"
    return code, street, f"{district}{road}{chance.randint(1, 18)}0{chance.randint(1, 4)} 室"


def _moved(home: Home, number: int) -> Home:
    """Return where the household of this number lives."""
    elsewhere = _elsewhere(number)
    if elsewhere is None:
        return home
    code, _, address = home
    before = next(district for one, district, *_ in DISTRICTS if one == code)
    there, district, *streets = elsewhere
    street, _ = streets[number % 2]
    return there, street, f"{district}{address.removeprefix(before)}"


def _elsewhere(number: int) -> Place | None:
    """Return in which of the other districts the household or company of this number is; None for three of five."""
    turn = {1: 0, 3: 1}.get(number % 5)
    return None if turn is None else ELSEWHERE[(number // 5 * 2 + turn) % len(ELSEWHERE)]


def _firms(chance: random.Random, citizens: dict[str, Citizen]) -> Iterator[Firm]:
    grown = [one for one in citizens.values() if (TODAY - one.birth_on).days > 25 * 365 and not one.died_on]
    free = [one for one in grown if one.code not in {code for code, _, _ in PERSONAS}]
    bosses = [citizens["p002"], *chance.sample(free, COMPANIES - 1)]
    names: set[str] = set()
    for number, boss in enumerate(bosses, 1):
        words, scope, industry = TRADES[0] if number == 1 else chance.choice(TRADES)
        code, district, *_ = chance.choice(DISTRICTS)
        code, district, *_ = _elsewhere(number) or (code, district)
        name = _name(chance, words, names)
        established = TODAY - dt.timedelta(days=chance.randint(200, 5000))
        yield Firm(
            f"c{number:03d}", name, credit_code_of(number), boss.code, "有限责任公司", code,
            f"{district}{chance.choice(ROADS)}路（演示）{chance.randint(1, 999)} 号 {chance.randint(1, 12)} 层",
            scope, industry, chance.choice((10, 50, 100, 200, 500)), established,
            TODAY - dt.timedelta(days=40) if number == COMPANIES else None,
        )  # fmt: skip


def _name(chance: random.Random, words: str, names: set[str]) -> str:
    while True:
        name = f"上海{chance.choice(BRANDS)}{chance.choice(('', '里', '居', '记', '坊', '汇'))}{words}有限公司（演示）"
        if name not in names:
            names.add(name)
            return name


def credit_code_of(number: int) -> str:
    """Return a 统一社会信用代码 that belongs to nobody: its area is that of the demonstration."""
    from stdnum.cn import uscc

    first = f"91{DEMONSTRATION}MA1DEM{number:03d}"
    return first + uscc.calc_check_digit(first + "0")


class DemonstrationAuthority:
    """实名核验 of the demonstration: knows the invented people and nobody else."""

    name = "演示实名核验"

    def check(self, name: str, number: str) -> RealName:
        """Return whether this invented name belongs to this invented number."""
        known = population().by_number(number)
        if known is None or known.name != name:
            return RealName(False, authority=self.name)
        return RealName(True, known.birth_on, known.sex, known.died_on, self.name)


class DemonstrationRegisters:
    """人口库 and 法人库 of the demonstration."""

    def person(self, number: str) -> RegisterPerson | None:
        """Return what the registers hold of an invented person."""
        known = population().by_number(number)
        if known is None:
            return None
        everyone = population().citizens
        wards = tuple((everyone[code].name, everyone[code].number) for code in known.wards)
        return RegisterPerson(known.name, known.number, known.died_on, wards, _values_of(known))

    def company(self, credit_code: str) -> RegisterCompany | None:
        """Return what the register holds of an invented company."""
        firm = population().by_credit_code(credit_code)
        if firm is None:
            return None
        boss = population().citizens[firm.representative]
        return RegisterCompany(
            firm.name, firm.credit_code, boss.name, boss.number, firm.address, firm.kind, firm.district,
            firm.dissolved_on, _values_of_firm(firm),
        )  # fmt: skip


def _values_of(known: Citizen) -> dict[str, tuple[str, str]]:
    return {
        "applicant-nationality": ("汉族", POPULATION),
        "applicant-citizenship": ("中国", POPULATION),
        "applicant-address": (known.address, POPULATION),
        "applicant-street": (known.street, POPULATION),
        "applicant-marital-status": ("已婚" if known.spouse else "未婚", MARRIAGES),
        "household-address": (known.address, POPULATION),
        "household-head-name": (known.name, POPULATION),
        "household-kind": ("家庭户", POPULATION),
    }


def _values_of_firm(firm: Firm) -> dict[str, tuple[str, str]]:
    return {
        "business-address": (firm.address, ENTITIES),
        "business-scope": (firm.scope, ENTITIES),
        "registered-capital": (str(firm.capital), ENTITIES),
        "establishment-date": (firm.established_on.isoformat(), ENTITIES),
        "industry-code": (firm.industry, ENTITIES),
        "business-term": ("长期", ENTITIES),
        "registration-authority": ("区市场监督管理局", ENTITIES),
    }
