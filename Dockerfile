# One image for all of Airflow's parts and for the `conflictwire` command.
# Everything in it is locked: constraints.txt names each package, the project itself is added without dependencies.

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY constraints.txt /src/
RUN pip install -r /src/constraints.txt
COPY pyproject.toml README.md LICENSE /src/
COPY config /src/config
COPY sql /src/sql
COPY pipeline /src/pipeline
# the build backend is in the lock too, so nothing unlocked is fetched
RUN pip install --no-deps --no-build-isolation /src

FROM python:3.11-slim-bookworm
# A new volume takes its owner from the folder that it covers: make them here, owned by the user of the processes.
RUN useradd --uid 10001 --create-home conflictwire \
    && install -d -o conflictwire -g conflictwire /data /opt/airflow /opt/airflow/logs
COPY --from=build /opt/venv /opt/venv
COPY dags /opt/conflictwire/dags
COPY config /opt/conflictwire/config
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    AIRFLOW_HOME=/opt/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/conflictwire/dags \
    AIRFLOW__CORE__LOAD_EXAMPLES=False \
    CONFLICTWIRE_DATA=/data \
    CONFLICTWIRE_FEEDS=/opt/conflictwire/config/feeds.toml
WORKDIR /opt/conflictwire
USER 10001
CMD ["conflictwire", "--help"]
