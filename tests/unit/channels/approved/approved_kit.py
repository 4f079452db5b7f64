"""The platforms that come with the module, by code."""

from chorus.channels.approved import profile

PROFILES = {one.code: one for one in profile.shipped()}
