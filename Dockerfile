FROM node:24-slim AS built
WORKDIR /app
COPY . .
RUN npm ci --no-audit --no-fund && npm run build
# What only building and testing needs stays behind, and so does the Node that npm brought along: this image has its own.
RUN npm prune --omit=dev && rm -rf node_modules/node node_modules/.bin/node node_modules/.cache .turbo

FROM node:24-slim
WORKDIR /app
RUN mkdir /data && chown node:node /data
COPY --from=built --chown=node:node /app .
USER node
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
VOLUME /data
EXPOSE 3000
CMD ["node", "apps/server/src/main.ts"]
