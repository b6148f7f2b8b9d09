// Starts the backend of a small project: node start-project.ts <project folder> <data folder>
import { startBackend } from '../../scripts/backend/backend.ts';

const [projectDir, dataDir] = process.argv.slice(2) as [string, string];
await startBackend({ projectDir, dataDir });
