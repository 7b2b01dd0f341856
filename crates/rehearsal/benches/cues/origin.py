# One room after the other, as a script with `requests` does it.
import json
import sys
import time

import requests

job = json.load(sys.stdin)
began = time.monotonic()
for room in job["rooms"]:
    answer = requests.post(
        job["base"] + "/messages",
        headers={"Authorization": "Bearer " + job["token"]},
        json={"roomId": room, "markdown": "Good morning!"},
    )
    answer.raise_for_status()
print(time.monotonic() - began)
