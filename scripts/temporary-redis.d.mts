/** A Redis of our own: see temporary-redis.mjs. */
export interface TemporaryRedis {
  url: string;
  stop(): Promise<void>;
  crash(): Promise<void>;
  startAgain(): Promise<void>;
  forget(): Promise<void>;
  stall(): void;
  goOn(): void;
}

export function canStartRedis(): boolean;
export function startTemporaryRedis(how?: { cluster?: boolean }): Promise<TemporaryRedis | undefined>;
