FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY bot bot
COPY content content
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir -c constraints.txt '.[postgres]'

FROM python:3.13-slim
RUN useradd --create-home --uid 1000 whatis && mkdir /data && chown whatis /data
COPY --from=build /venv /venv
USER whatis
ENV PATH=/venv/bin:$PATH WHATIS_DATA_DIR=/data WHATIS_HTTP_LISTEN=127.0.0.1:8080 PYTHONUNBUFFERED=1
VOLUME /data
HEALTHCHECK --interval=30s --timeout=6s --start-period=30s CMD ["whatis-bot", "health"]
# SIGTERM ends it cleanly within five seconds.
ENTRYPOINT ["whatis-bot"]
CMD ["run"]
