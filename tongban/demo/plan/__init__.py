"""The plan: people, services, routes and acts, drawn by seed. Pure data; nothing here knows a database."""

from tongban.demo.plan.drawing import draw
from tongban.demo.plan.types import Act, Line, Plan, Route, Step, Story, Via

__all__ = ["Act", "Line", "Plan", "Route", "Step", "Story", "Via", "draw"]
