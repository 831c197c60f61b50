# syntax=docker/dockerfile:1

# docker build -t vobiz_exporter --build-arg VERSION=… --build-arg REVISION=… .
#
# The orchestrator's own probes look after its health, on /-/healthy and /-/ready:
# there is no shell in the image that a HEALTHCHECK could use.
FROM --platform=$BUILDPLATFORM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=unknown
ARG REVISION=unknown
ARG BRANCH=HEAD
ARG TARGETOS
ARG TARGETARCH
RUN GOOS=$TARGETOS GOARCH=$TARGETARCH make build VERSION="$VERSION" REVISION="$REVISION" BRANCH="$BRANCH"

FROM scratch
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="vobiz_exporter" \
    org.opencontainers.image.description="Prometheus exporter for a Vobiz partner's phone numbers (DIDs)" \
    org.opencontainers.image.source="https://github.com/vobiz/vobiz_exporter" \
    org.opencontainers.image.licenses="Apache-2.0" \
    org.opencontainers.image.version="$VERSION" \
    org.opencontainers.image.revision="$REVISION"
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /src/LICENSE /LICENSE
COPY --from=build /src/vobiz_exporter /vobiz_exporter
USER 65532:65532
EXPOSE 10420
ENTRYPOINT ["/vobiz_exporter"]
