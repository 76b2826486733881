# The bot; paints on the CPU by default. For NVIDIA GPUs:  docker build --build-arg TORCH_INDEX=https://download.pytorch.org/whl/cu132 .
FROM python:3.13-slim AS kernel
# The engine's convolutions, compiled: without them painting on most CPUs takes about twice as long.
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev
WORKDIR /kernel
COPY styler/engine/kernel.py styler/engine/winograd.c ./
RUN python kernel.py .

FROM python:3.13-slim

ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
# For a Ray cluster, its workers and its bot: requirements-ray.txt; for a SOCKS proxy: requirements-socks.txt
ARG EXTRA=requirements.txt

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PYTHONPATH=/app \
    DATA_DIR=/data \
    METRICS_LISTEN=0.0.0.0:9464

# tini is process 1: Linux keeps from it any signal that it does not handle, and Python handles none while it starts.
RUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 painter && install -d -o painter /data
WORKDIR /app

# torch first, from its own index. The code comes last: it changes most often, and this large layer stays cached.
COPY requirements.txt ./
RUN pip install --index-url "$TORCH_INDEX" --extra-index-url https://pypi.org/simple "$(grep ^torch== requirements.txt)"
COPY deploy/lock deploy/lock
RUN pip install --require-hashes -r "deploy/lock/$EXTRA"

COPY styler styler
COPY --from=kernel /kernel/*.so styler/engine/
COPY bot bot

# By its number: so Kubernetes can tell that it is not root.
USER 1000
VOLUME /data
EXPOSE 9464
STOPSIGNAL SIGTERM

# Healthy: Telegram answers the polls (if there is no webhook), the database can be written, a painter is alive.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["python", "-m", "bot.health"]

ENTRYPOINT ["tini", "--"]
CMD ["python", "-m", "bot"]
