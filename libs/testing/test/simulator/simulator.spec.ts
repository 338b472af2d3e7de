import { tryAgain, tryCourses } from './courses.js';

tryCourses(0);
tryAgain();
