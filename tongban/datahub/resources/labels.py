"""Official names of fields and of the values of code lists, for sentences, tables and pages."""

from __future__ import annotations

FIELDS: dict[str, str] = {
    "system": "所属信息系统",
    "subsystem": "子系统代码",
    "theme": "数据主题",
    "resource": "数据资源",
    "fields": "信息项",
    "element": "数据元",
    "elements": "数据元",
    "format": "共享方式",
    "sharing": "共享类型",
    "condition": "共享条件",
    "opening": "开放类型",
    "opened_as": "脱敏方式",
    "update": "更新周期",
    "since": "发布日期",
    "category": "信息资源分类码",
    "related": "关联资源代码",
    "answer_days": "答复期限",
    "per_day": "自动同意上限",
    "frequency": "每日调用次数",
    "purpose": "应用场景",
    "item": "政务服务事项",
    "material": "申请材料",
    "level": "数据级别",
    "personal": "个人信息",
    "until": "截止日期",
}

VALUES: dict[str, dict[str, tuple[str, str]]] = {
    "sharing": {
        "unconditional": ("无条件共享", "Shared without condition"),
        "conditional": ("有条件共享", "Shared on condition"),
        "never": ("不予共享", "Not shared"),
    },
    "opening": {
        "unconditional": ("无条件开放", "Open to all"),
        "conditional": ("有条件开放", "Open on condition"),
        "closed": ("非开放", "Closed"),
    },
    "update": {
        "realtime": ("实时", "At once"),
        "daily": ("每日", "Daily"),
        "weekly": ("每周", "Weekly"),
        "monthly": ("每月", "Monthly"),
        "quarterly": ("每季度", "Quarterly"),
        "yearly": ("每年", "Yearly"),
        "irregular": ("不定期", "Irregular"),
    },
    "format": {
        "service": ("服务接口", "Service"),
        "database": ("库表交换", "Database"),
        "file": ("文件交换", "File"),
    },
    "kind": {
        "base": ("基础信息资源", "Base"),
        "theme": ("主题信息资源", "Of a theme"),
        "department": ("部门信息资源", "Of a department"),
        "register": ("登记簿", "Register"),
        "service": ("服务接口", "Service"),
        "database": ("数据库", "Database"),
        "file": ("文件", "File"),
    },
    "subject": {
        "person": ("自然人", "Persons"),
        "organisation": ("法人和非法人组织", "Organisations"),
        "place": ("地点", "Places"),
        "thing": ("物品和事项", "Things"),
    },
    "type": {
        "text": ("字符型", "Text"),
        "number": ("数值型", "Number"),
        "date": ("日期型", "Date"),
        "datetime": ("日期时间型", "Date and time"),
        "code": ("代码型", "Code"),
        "boolean": ("布尔型", "Yes or no"),
        "file": ("文件型", "File"),
    },
}
"""Field → code → Chinese and English name."""
